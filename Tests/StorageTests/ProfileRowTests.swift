import Foundation
import GRDB
import ProfileImages
@testable import Storage
import TestSupport
import Testing

@Suite struct ProfileRowTests {
    private let folder: TemporaryFolder
    private let alice: UserID

    init() throws {
        folder = try TemporaryFolder()
        alice = try #require(UserID(rawValue: "alice"))
    }

    private func store() throws -> SQLiteMetadataStore {
        try SQLiteMetadataStore(path: "\(folder.path)/test.sqlite")
    }

    private func attributes() throws -> ProfileAttributes {
        var attributes = ProfileAttributes()
        attributes.userName = "ann"
        attributes.email = EmailAddress(rawValue: "ann@example.com")
        attributes.isEmailVerified = true
        attributes.claims = [.phoneNumber: .string("+43 1"), .address: .object(["country": .string("AT")])]
        attributes.isPhoneNumberVerified = true
        attributes.picture = RemoteURL(rawValue: "https://example.com/a.png")
        attributes.metadata = ["a": .integer(1)]
        attributes.publicMetadata = ["b": .array([.null])]
        attributes.privateMetadata = ["c": .number(0.5)]
        return attributes
    }

    @Test func `every attribute is read as it was written`() throws {
        let store = try store()
        _ = try store.write { transaction in
            try transaction.updateProfile(of: alice, creation: .onFirstUse, by: .test, at: .now) {
                $0 = try attributes()
            }
        }
        #expect(try store.read { try $0.profile(of: alice) }?.attributes == attributes())
        let exported = try #require(try store.read { try $0.exportedUser(alice) })
        let line = try ExportManifest.text(exported)
        #expect(try ExportManifest.read(ExportedUser.self, from: line) == exported)
        #expect(exported.attributes == (try attributes()))
        #expect(try store.write { try $0.eraseUser(alice, by: .test, at: .now) }.profile)
        try store.write { try $0.restore(exported, by: .test, at: .now) }
        #expect(try store.read { try $0.profile(of: alice) }?.attributes == attributes())
    }

    @Test func `an event has no private metadata`() throws {
        let store = try store()
        _ = try store.write { transaction in
            try transaction.updateProfile(of: alice, creation: .onFirstUse, by: .test, at: .now) {
                $0 = try attributes()
            }
        }
        let profile = try #require(try store.read { try $0.events(after: 0, limit: 9) }.last?.profile)
        #expect(profile.attributes.privateMetadata.isEmpty)
        #expect(profile.attributes.publicMetadata == (try attributes()).publicMetadata)
    }

    @Test func `a profile, an event and an export of a version without claims are read`() throws {
        let database = try DatabaseQueue(path: "\(folder.path)/test.sqlite")
        try Migrations.migrator.migrate(database, upTo: "imported files")
        let old =
            #"{"userID":"alice","attributes":{"userName":"ann","metadata":{}},"revision":1,"createdAt":0,"updatedAt":0}"#
        try database.write { database in
            try database.execute(
                sql: """
                    INSERT INTO profile (user_id, user_name, metadata, revision, created_at, updated_at)
                    VALUES ('alice', 'ann', '{"a":1}', 3, 0, 0);
                    INSERT INTO event (id, kind, user_id, profile, created_at)
                    VALUES ('evt_1', 'profile.created', 'alice', '\(old)', 0);
                    """
            )
        }
        try database.close()
        let store = try store()
        var expected = ProfileAttributes()
        expected.userName = "ann"
        #expect(try store.read { try $0.events(after: 0, limit: 9) }.map(\.profile?.attributes) == [expected])
        expected.metadata = ["a": .integer(1)]
        #expect(try store.read { try $0.profile(of: alice) }?.attributes == expected)
    }
}
