import Foundation
import GRDB
import Imaging
import ProfileImages
@testable import Storage
import Testing

@Suite struct MigrationsTests {
    @Test func `images from before there were masters and profiles have both`() throws {
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
        let image = try #require(try store.image(of: alice))
        #expect(image.id.rawValue == id)
        #expect(image.variant == .init(side: 256, format: .jpeg, byteCount: 13_100))
        #expect(image.master == image.key)
        #expect(image.key.rawValue == "public/images/ab/\(id)/256.jpg")
        #expect(image.createdAt.timeIntervalSince1970 == 1_795_339_505.631)
        let profile = try #require(try store.profile(of: alice))
        #expect(profile.image == image)
        #expect(profile.createdAt == image.createdAt)
        #expect(try store.media(of: alice, after: nil, limit: 9).map(\.id) == [image.id])
    }
}
