import Foundation
import GRDB
import Imaging
import ProfileImages
@testable import Storage
import TestSupport
import Testing

@Suite struct MigrationsTests {
    @Test func `images of a version without masters and profiles get both`() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/test.sqlite"
        let id = "ab" + String(repeating: "0", count: 30)
        let database = try DatabaseQueue(path: path)
        try Migrations.migrator.migrate(database, upTo: "API keys")
        try database.write { database in
            try database.execute(
                sql: "INSERT INTO profile_image VALUES ('alice', ?, 'jpeg', '64:900 256:13100', 1795339505631)",
                arguments: [id]
            )
        }
        try database.close()

        let alice = try #require(UserID(rawValue: "alice"))
        let store = try SQLiteMetadataStore(path: path)
        let image = try #require(try store.read { try $0.image(of: alice) })
        #expect(image.id.rawValue == id)
        #expect(image.variant == .init(side: 256, format: .jpeg, byteCount: 13_100))
        #expect(image.master == image.key)
        #expect(image.key.rawValue == "public/images/ab/\(id)/256.jpg")
        #expect(image.createdAt.timeIntervalSince1970 == 1_795_339_505.631)
        let profile = try #require(try store.read { try $0.profile(of: alice) })
        #expect(profile.image == image)
        #expect(profile.createdAt == image.createdAt)
        #expect(try store.read { try $0.media(of: alice, after: nil, limit: 9) }.map(\.id) == [image.id])
    }

    @Test func `audit rows of a version that required a user keep their numbers`() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/test.sqlite"
        let database = try DatabaseQueue(path: path)
        try Migrations.migrator.migrate(database, upTo: "events and audit")
        try database.write { database in
            try database.execute(
                sql: """
                    INSERT INTO audit (sequence, created_at, credential, actor, action, user_id)
                    VALUES (7, 1795339505631, 'token', 'alice', 'profile.created', 'alice')
                    """
            )
        }
        try database.close()

        let store = try SQLiteMetadataStore(path: path)
        try store.write { try $0.insertAuditRecord(.exported, of: nil, subject: "x", by: .test, at: .now) }
        let audit = try store.read { try $0.auditRecords(of: nil, after: 0, limit: 9) }
        #expect(audit.map(\.sequence) == [7, 8])
        #expect(audit.map(\.userID?.rawValue) == ["alice", nil])
        #expect(audit[0].time.timeIntervalSince1970 == 1_795_339_505.631)
        #expect(throws: DatabaseError.self) { try store.writer?.write { try $0.execute(sql: "DELETE FROM audit") } }
    }

    @Test func `words that earlier versions lost at changes are found again`() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/test.sqlite"
        let database = try DatabaseQueue(path: path)
        try Migrations.migrator.migrate(database, upTo: "bulk jobs")
        try database.write { database in
            try database.execute(
                sql: """
                    INSERT INTO profile (user_id, full_name, metadata, revision, created_at, updated_at)
                    VALUES ('alice', 'Ann Berg', '{}', 1, 0, 0), ('nobody', NULL, '{}', 1, 0, 0);
                    UPDATE profile SET full_name = 'Ann Hill' WHERE user_id = 'alice';
                    """
            )
        }
        try database.close()

        let store = try SQLiteMetadataStore(path: path)
        var query = ProfileQuery(limit: 9)
        for (words, users) in [("ann", ["alice"]), ("hill", ["alice"]), ("berg", [])] {
            query.words = words
            #expect(try store.read { try $0.profiles(query) }.profiles.map(\.userID.rawValue) == users, "\(words)")
        }
        // sqlite.org/fts5.html §6.4: compares the index with the table. Users without words are not in the index.
        try store.writer?.write { database in
            try database.execute(sql: "DELETE FROM profile WHERE user_id = 'nobody'")
            try database.execute(sql: "INSERT INTO profile_search (profile_search, rank) VALUES ('integrity-check', 1)")
        }
    }
}
