import Foundation
import Imaging
import ProfileImages
import Storage
import TestSupport
import Testing

@Suite struct ExportRowTests {
    private let folder: TemporaryFolder
    private let store: any MetadataStore
    private let other: any MetadataStore
    private let alice: UserID

    init() throws {
        folder = try TemporaryFolder()
        store = try TestStore.make(in: folder)
        other = try TestStore.make(in: folder, "other")
        alice = try #require(UserID(rawValue: "alice"))
        _ = try store.write { transaction in
            try transaction.updateProfile(of: alice, creation: .onFirstUse, by: .test, at: .now) {
                $0.email = EmailAddress(rawValue: "alice@example.com")
                $0.fullName = "Alice Éclair"
                $0.metadata = ["a": .array([.null, .number(1.5), .integer(1 << 60), .object(["b": .boolean(true)])])]
            }
        }
        for source in [ImageSource.upload, .identity(connection: "x y")] {
            let id = MediaID.random()
            let image = ProfileImage(
                id: id,
                userID: alice,
                master: .master(of: id, format: .png),
                variant: .init(side: 64, format: .webp, byteCount: 7),
                source: source,
                rating: .r,
                createdAt: .now
            )
            try store.setImage(image, if: .none, keeping: .all)
        }
        let document = MediaItem(
            id: .random(),
            userID: alice,
            additionalType: try #require(AdditionalType(rawValue: "Passport")),
            name: "päss.pdf",
            content: .document(mediaType: "application/pdf", byteCount: 9, digest: ContentDigest(of: [1])),
            isActive: false,
            createdAt: .now
        )
        try store.write { try $0.addDocument(document, limit: 9, rules: MediaRules(creation: .onFirstUse), by: .test) }
        let google = try #require(ConnectionName(rawValue: "google"))
        var identity = Identity(userID: alice, connection: google, updatedAt: .now)
        identity.nickname = "al"
        identity.email = EmailAddress(rawValue: "al@example.com")
        _ = try store.write { try $0.recordIdentity(identity, creation: .onFirstUse, by: .test) }
    }

    private func exported() throws -> ExportedUser {
        let user = try #require(try store.read { try $0.exportedUser(alice) })
        let line = try ExportManifest.text(ExportManifest.Line(user: user, files: []))
        #expect(!line.contains(UInt8(ascii: "\n")))
        return try ExportManifest.read(ExportManifest.Line.self, from: line).user
    }

    @Test func `a user is restored completely and without an event`() throws {
        let user = try exported()
        #expect(user.media.count == 3)
        #expect(user.identities.map(\.nickname) == ["al"])
        #expect(try !other.read { try $0.isRestored(user) })
        try other.write { try $0.restore(user, by: .test, at: .now) }
        #expect(try other.read { try $0.isRestored(user) })
        #expect(try other.read { try $0.exportedUser(alice) } == store.read { try $0.exportedUser(alice) })
        #expect(try other.read { try $0.profile(of: alice) } == store.read { try $0.profile(of: alice) })
        #expect(try other.read { try $0.image(of: alice) } == store.read { try $0.image(of: alice) })
        #expect(
            try other.read { try $0.media(of: alice, after: nil, limit: 9) }
                == store.read { try $0.media(of: alice, after: nil, limit: 9) }
        )
        var query = ProfileQuery(limit: 9)
        query.words = "eclair"
        #expect(try other.read { try $0.profiles(query) }.profiles.map(\.userID) == [alice])
        #expect(try other.read { try $0.events(after: 0, limit: 9) }.isEmpty)
        #expect(try other.read { try $0.auditRecords(of: alice, after: 0, limit: 9) }.map(\.action) == [.userRestored])
        try other.write { try $0.restore(user, by: .test, at: .now) }
        #expect(try other.read { try $0.auditRecords(of: alice, after: 0, limit: 9) }.count == 1)
    }

    @Test func `a user who exists with other data is refused, and so is another user's picture`() throws {
        let user = try exported()
        try other.write { try $0.restore(user, by: .test, at: .now) }
        try other.removeImage(of: alice, if: .none)
        #expect(throws: BulkError.knownUser) { try other.write { try $0.restore(user, by: .test, at: .now) } }
        let bob = ExportedUser(
            userId: try #require(UserID(rawValue: "bob")),
            attributes: ProfileAttributes(),
            revision: 1,
            createdAt: .now,
            updatedAt: .now,
            media: user.media,
            identities: []
        )
        #expect(throws: BulkError.knownMedia(user.media[0].id)) {
            try store.write { try $0.restore(bob, by: .test, at: .now) }
        }
        #expect(try store.read { try $0.profile(of: bob.userId) } == nil)
    }

    @Test func `an item is restored only after its earlier deletion is complete`() throws {
        let user = try exported()
        _ = try store.write { try $0.eraseUser(alice, by: .test, at: .now) }
        let tombstones = try store.read { try $0.tombstones(of: alice) }
        #expect(tombstones.count == 3)
        #expect(throws: BulkError.beingDeleted(user.media[0].id)) {
            try store.write { try $0.restore(user, by: .test, at: .now) }
        }
        #expect(try store.read { try $0.profile(of: alice) } == nil)
        try store.write { transaction in
            for item in tombstones { try transaction.deleteTombstone(of: item) }
            try transaction.restore(user, by: .test, at: .now)
        }
        #expect(try store.read { try $0.exportedUser(alice) } == user)
    }

    @Test func `users are listed in the order of their creation, in pages`() throws {
        for name in ["zoe", "bob"] {
            let user = try #require(UserID(rawValue: name))
            _ = try store.write { transaction in
                try transaction.updateProfile(of: user, creation: .onFirstUse, by: .test, at: .now) { _ in }
            }
            _ = try store.write { transaction in
                try transaction.updateProfile(of: user, creation: .onFirstUse, by: .test, at: .now) {
                    $0.userName = name
                }
            }
        }
        let first = try store.read { try $0.exportedUsers(after: 0, limit: 2) }
        #expect(first.map(\.user.userId.rawValue) == ["alice", "zoe"])
        let rest = try store.read { try $0.exportedUsers(after: first[1].number, limit: 2) }
        #expect(rest.map(\.user.userId.rawValue) == ["bob"])
        #expect(try store.read { try $0.exportedUsers(after: rest[0].number, limit: 2) }.isEmpty)
    }

    @Test func `an item with foreign files is refused`() throws {
        let user = try exported()
        let image = try #require(user.media.first { $0.master != nil })
        #expect(
            try image.keys() == [
                .master(of: image.id, format: .png), .variant(of: image.id, side: 64, format: .webp),
            ]
        )
        for master in ["../../etc/passwd", "masters/ab/\(image.id.rawValue)/master.png", "portraitd.sqlite"] {
            let text = String(decoding: try ExportManifest.text(image), as: UTF8.self)
            let forged = try ExportManifest.read(
                ExportedUser.Item.self,
                from: Data(text.replacing(try #require(image.master).rawValue, with: master).utf8)
            )
            #expect(throws: BulkError.self, "\(master)") { try forged.keys() }
        }
    }

    @Test func `an imported file is recognised only for its user`() throws {
        let bob = try #require(UserID(rawValue: "bob"))
        #expect(try !store.read { try $0.isImported("d1", of: alice) })
        try store.write { try $0.insertImported("d1", of: alice) }
        try store.write { try $0.insertImported("d1", of: alice) }
        #expect(try store.read { try $0.isImported("d1", of: alice) })
        #expect(try !store.read { try $0.isImported("d1", of: bob) })
        #expect(try store.write { try $0.eraseUser(alice, by: .test, at: .now) }.records["importedFiles"] == 1)
        #expect(try !store.read { try $0.isImported("d1", of: alice) })
    }
}
