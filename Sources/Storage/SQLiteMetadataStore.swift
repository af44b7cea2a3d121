import Foundation
import GRDB
package import ProfileImages
import Synchronization

/// Metadata in one SQLite file, in WAL mode with `synchronous=FULL`: a commit survives a power loss.
///
/// All writes go through one connection, as SQLite allows one writer at a time. Each read borrows a read-only connection
/// of its own: GRDB's `DatabasePool` serialises its readers through a queue, which was ten times slower.
package final class SQLiteMetadataStore: MetadataStore {
    private let path: String
    /// Visible to the tests, which ask it for its settings.
    let writer: DatabaseQueue
    private let idleReaders = Mutex<[DatabaseQueue]>([])

    /// Opens the database, making or migrating it where needed.
    /// - Throws: `DatabaseError` when the file cannot be opened or is not ours.
    package init(path: String) throws {
        self.path = path
        try DatabaseFile.create(path)
        var configuration = Self.configuration
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: "PRAGMA synchronous = FULL")
        }
        writer = try DatabaseQueue(path: path, configuration: configuration)
        try Migrations.migrator.migrate(writer)
    }

    package func image(of user: UserID) throws -> ProfileImage? {
        try read { try ProfileImageRow.fetch(of: user, from: $0) }
    }

    package func image(_ id: ImageID) throws -> ProfileImage? {
        try read { try ProfileImageRow.fetch(id, from: $0) }
    }

    package func images(after id: ImageID?, limit: Int) throws -> [ProfileImage] {
        try read { try ProfileImageRow.fetch(after: id, limit: limit, from: $0) }
    }

    package func imageCount() throws -> Int {
        try read { try Int.fetchOne($0, sql: "SELECT count(*) FROM profile_image") ?? 0 }
    }

    package func setVariant(_ variant: ProfileImage.Variant, of id: ImageID) throws {
        try write { try ProfileImageRow.setVariant(variant, of: id, in: $0) }
    }

    package func setImage(_ image: ProfileImage, if precondition: Precondition) throws -> ImageID? {
        try write { database in
            let current = try ProfileImageRow.fetch(of: image.userID, from: database)?.id
            try precondition.check(against: current)
            try addPendingRemoval(of: image.userID, to: database)
            try ProfileImageRow.save(image, to: database)
            return current
        }
    }

    package func removeImage(of user: UserID, if precondition: Precondition) throws {
        try write { database in
            try precondition.check(against: ProfileImageRow.fetch(of: user, from: database)?.id)
            try addPendingRemoval(of: user, to: database)
            try database.execute(sql: "DELETE FROM profile_image WHERE user_id = ?", arguments: [user.rawValue])
        }
    }

    package func pendingRemovals(of user: UserID?) throws -> [ImageID] {
        try read { database in
            let sql = "SELECT image_id FROM pending_removal WHERE ?1 IS NULL OR user_id = ?1"
            return try String.fetchAll(database.cachedStatement(sql: sql), arguments: [user?.rawValue])
                .compactMap(ImageID.init(rawValue:))
        }
    }

    package func finishRemoval(of image: ImageID) throws {
        try write { database in
            try database.cachedStatement(sql: "DELETE FROM pending_removal WHERE image_id = ?")
                .execute(arguments: [image.rawValue])
        }
    }

    package func apiKey(id: String) throws -> APIKey? {
        try read { database in
            let sql = "\(APIKey.selectSQL) WHERE id = ?"
            return try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [id]).map(APIKey.init(row:))
        }
    }

    package func apiKeys() throws -> [APIKey] {
        try read { database in
            try Row.fetchAll(database, sql: "\(APIKey.selectSQL) ORDER BY created_at, id").map(APIKey.init(row:))
        }
    }

    package func addAPIKey(_ key: APIKey) throws {
        try write { database in
            try database.execute(
                sql: "INSERT INTO api_key (id, name, scopes, digest, created_at) VALUES (?, ?, ?, ?, ?)",
                arguments: [key.id, key.name, key.scopesText, Data(key.digest), key.createdAt.milliseconds]
            )
        }
    }

    package func revokeAPIKey(id: String) throws -> Bool {
        try write { database in
            try database.execute(sql: "DELETE FROM api_key WHERE id = ?", arguments: [id])
            return database.changesCount > 0
        }
    }

    package func checkWritable() throws {
        // sqlite.org/lang_transaction.html: IMMEDIATE takes the write lock, and fails where it cannot be had.
        try translatingErrors {
            try writer.writeWithoutTransaction { database in
                try database.inTransaction(.immediate) { .rollback }
            }
        }
    }

    /// Remembers the user's current image, if there is one, as an image whose files are to be removed.
    private func addPendingRemoval(of user: UserID, to database: Database) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO pending_removal (image_id, user_id)
                SELECT image_id, user_id FROM profile_image WHERE user_id = ?
                """
        )
        try statement.execute(arguments: [user.rawValue])
    }

    private func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        let reader =
            try idleReaders.withLock { $0.popLast() } ?? DatabaseQueue(path: path, configuration: Self.readOnly)
        defer { idleReaders.withLock { $0.append(reader) } }
        return try translatingErrors { try reader.unsafeRead(body) }
    }

    private func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try translatingErrors { try writer.write(body) }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        // sqlite.org/rescode.html#busy: another process (a second instance, a backup) may hold the lock for a moment. Not
        // longer: the other workers queue for the writer meanwhile.
        configuration.busyMode = .timeout(1)
        return configuration
    }

    private static var readOnly: Configuration {
        var configuration = Self.configuration
        configuration.readonly = true
        return configuration
    }
}
