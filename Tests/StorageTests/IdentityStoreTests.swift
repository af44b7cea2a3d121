import Foundation
import Imaging
import ProfileImages
@testable import Storage
import TestSupport
import Testing

@Suite struct IdentityStoreTests {
    private let folder: TemporaryFolder
    private let store: any MetadataStore
    private let alice: UserID
    private let google: ConnectionName
    private let now = Date(timeIntervalSince1970: 1_795_339_505.631)

    init() throws {
        folder = try TemporaryFolder()
        store = try TestStore.make(in: folder)
        alice = try #require(UserID(rawValue: "alice"))
        google = try #require(ConnectionName(rawValue: "google-oauth2"))
    }

    private func identity(_ picture: String? = nil, name: String? = nil, by connection: ConnectionName? = nil)
        -> Identity
    {
        var identity = Identity(userID: alice, connection: connection ?? google, updatedAt: now)
        identity.pictureURL = picture.flatMap { RemoteURL(rawValue: "https://example.com/\($0)") }
        identity.name = name
        return identity
    }

    @discardableResult
    private func signIn(_ picture: String? = nil, name: String? = nil, by connection: ConnectionName? = nil) throws
        -> SignIn
    {
        try store.write {
            try $0.recordIdentity(identity(picture, name: name, by: connection), creation: .onFirstUse, by: .test)
        }
    }

    /// Takes and finishes the pending import, and returns its picture.
    private func imported() throws -> String? {
        guard let job = try store.takeImport(until: now.addingTimeInterval(60), now: now, except: []) else {
            return nil
        }
        try store.write { try $0.setState(.skipped, of: job, isFinished: true, at: now) }
        #expect(job.source == .identity(connection: google.rawValue))
        return URL(string: job.url.rawValue)?.lastPathComponent
    }

    private func setImage(_ source: ImageSource) throws {
        let id = MediaID.random()
        let image = ProfileImage(
            id: id,
            userID: alice,
            master: .master(of: id, format: .jpeg),
            variant: .init(side: 64, format: .jpeg, byteCount: 1),
            source: source,
            createdAt: now
        )
        try store.setImage(image, if: .none)
    }

    @Test func `a recorded identity is read unchanged until it is removed`() throws {
        var identity = identity("a.jpg", name: "Alice A")
        identity.givenName = "Alice"
        identity.familyName = "A"
        identity.nickname = "al"
        identity.email = EmailAddress(rawValue: "alice@example.com")
        #expect(try store.write { try $0.recordIdentity(identity, creation: .onFirstUse, by: .test) }.isFirst)
        #expect(try store.read { try $0.identity(of: alice, by: google)?.identity } == identity)
        #expect(try !signIn().isFirst)
        #expect(try store.read { try $0.identity(of: alice, by: google)?.identity }?.name == nil)
        #expect(try store.write { try $0.deleteIdentity(of: alice, by: google) })
        #expect(try !store.write { try $0.deleteIdentity(of: alice, by: google) })
        #expect(try store.read { try $0.identity(of: alice, by: google)?.identity } == nil)
    }

    @Test func `the provider's claims are written to the profile, and absent claims stay`() throws {
        try signIn(name: "Alice A")
        try signIn()
        #expect(try store.read { try $0.profile(of: alice) }?.attributes.fullName == "Alice A")
        try signIn(name: "Alice B")
        #expect(try store.read { try $0.profile(of: alice) }?.attributes.fullName == "Alice B")
        try signIn(name: "Alice B")
        #expect(try store.read { try $0.events(after: 0, limit: 9) }.map(\.kind) == [.profileCreated, .profileUpdated])
    }

    @Test(arguments: [
        (IdentitySync.onEachLogin, "second" as String?, ["a.jpg", "b.jpg"] as [String?]),
        (.onFirstLogin, "first", ["a.jpg", nil]), (.neverOnLogin, nil, [nil, nil]),
    ])
    func `a setting decides when claims sync`(_ sync: IdentitySync, _ name: String?, _ pictures: [String?]) throws {
        #expect(try store.read { try $0.sync(of: google) } == .onEachLogin)
        try store.write { try $0.setIdentitySync(sync, of: google) }
        #expect(try store.read { try $0.identitySync(of: google) } == sync)
        try signIn("a.jpg", name: "first")
        #expect(try imported() == pictures[0])
        try signIn("b.jpg", name: "second")
        #expect(try imported() == pictures[1])
        #expect(try store.read { try $0.profile(of: alice) }?.attributes.fullName == name)
        #expect(try store.read { try $0.identity(of: alice, by: google)?.identity }?.name == "second")
    }

    @Test func `a picture is imported once for each URL`() throws {
        try signIn("a.jpg")
        #expect(try imported() == "a.jpg")
        try signIn("a.jpg")
        #expect(try imported() == nil)
        try signIn()
        #expect(try imported() == nil)
        try signIn("b.jpg")
        #expect(try imported() == "b.jpg")
    }

    @Test(arguments: [
        (ImageSource.upload, false), (.imported, false), (.identity(connection: "other"), false), (.generated, true),
        (.identity(connection: "google-oauth2"), true),
    ])
    func `only the connection's own picture or a drawn one is replaced`(_ source: ImageSource, _ isReplaced: Bool)
        throws
    {
        try setImage(source)
        try signIn("a.jpg")
        #expect(try imported() == (isReplaced ? "a.jpg" : nil))
    }

    @Test func `a removed picture is not imported again`() throws {
        try setImage(.identity(connection: google.rawValue))
        try store.removeImage(of: alice, if: .none, at: now)
        try signIn("a.jpg")
        #expect(try imported() == nil)
    }

    @Test func `a picture can be imported later if the setting changes`() throws {
        try store.write { try $0.setIdentitySync(.neverOnLogin, of: google) }
        try signIn("a.jpg")
        try store.write { try $0.setIdentitySync(.onEachLogin, of: google) }
        try signIn("a.jpg")
        #expect(try imported() == "a.jpg")
    }

    @Test func `a requested import is not replaced`() throws {
        let url = try #require(RemoteURL(rawValue: "https://example.com/mine.jpg"))
        let job = ImportJob(of: url, for: alice, ifNone: false, source: .imported, by: .test, at: now)
        try store.write { try $0.addImport(job, creation: .onFirstUse) }
        try signIn("a.jpg")
        #expect(try store.read { try $0.latestImport(of: alice) } == job)
    }

    @Test func `with explicit profiles no identity of an unknown user is recorded`() throws {
        #expect(throws: ProfileError.unknownUser) {
            try store.write { try $0.recordIdentity(identity("a.jpg"), creation: .explicit, by: .test) }
        }
        #expect(try store.read { try $0.identity(of: alice, by: google)?.identity } == nil)
        #expect(try store.read { try $0.latestImport(of: alice) } == nil)
    }

    @Test func `an erased user has no identities`() throws {
        try signIn("a.jpg")
        let records = try store.write { try $0.eraseUser(alice, by: .test, at: now) }.records
        #expect(records["identities"] == 1)
        #expect(records["imports"] == 1)
        #expect(try store.read { try $0.identity(of: alice, by: google)?.identity } == nil)
    }

    @Test func `a sign-in without changes is not refused because of large stored data`() throws {
        // A restored export can exceed the limits.
        let large = ["a": JSONValue.string(String(repeating: "x", count: 100_000))]
        try store.write { transaction in
            try transaction.insertProfile(of: alice, revision: 1, createdAt: now, updatedAt: now)
            var attributes = ProfileAttributes()
            attributes.metadata = large
            try transaction.setAttributes(attributes, of: alice)
            try transaction.setIdentitySync(.neverOnLogin, of: google)
        }
        try signIn("a.jpg")
        #expect(try store.read { try $0.identities(of: alice) }.count == 1)
    }
}
