import GRDB
package import ProfileImages
import Synchronization

/// Metadata in one SQLite file, in WAL mode with `synchronous=FULL`: a commit survives a power loss.
///
/// All writes go through one connection, as SQLite allows one writer at a time. Each read borrows a read-only connection
/// of its own: GRDB's `DatabasePool` serialises its readers through a queue, which was ten times slower. Each topic of
/// `MetadataStore` has a file of its own.
package final class SQLiteMetadataStore: MetadataStore {
    private let path: String
    let quota: UserQuota
    /// Visible to the tests, which ask it for its settings.
    let writer: DatabaseQueue
    private let idleReaders = Mutex<[DatabaseQueue]>([])

    /// Opens the database, making or migrating it where needed.
    /// - Parameter quota: how much a user may keep; it is checked by the transaction that adds something.
    /// - Throws: `DatabaseError` when the file cannot be opened or is not ours.
    package init(path: String, quota: UserQuota = UserQuota()) throws {
        self.path = path
        self.quota = quota
        try DatabaseFile.create(path)
        var configuration = Self.configuration
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: "PRAGMA synchronous = FULL")
        }
        writer = try DatabaseQueue(path: path, configuration: configuration)
        try Migrations.migrator.migrate(writer)
    }

    /// Ends all connections; the database is one file then, with no log beside it.
    package func close() throws {
        try translatingErrors {
            for reader in idleReaders.withLock({ readers in (readers, readers = []).0 }) { try reader.close() }
            try writer.close()
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

    /// Runs `body` on a connection that cannot write.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        let reader =
            try idleReaders.withLock { $0.popLast() } ?? DatabaseQueue(path: path, configuration: Self.readOnly)
        defer { idleReaders.withLock { $0.append(reader) } }
        return try translatingErrors { try reader.unsafeRead(body) }
    }

    /// Runs `body`, whose several reads see the same moment: sqlite.org/isolation.html.
    func readAtOnce<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try read { database in
            var value: Value?
            try database.inTransaction(.deferred) {
                value = try body(database)
                return .commit
            }
            guard let value else { throw DatabaseError(message: "a transaction ended without a value") }
            return value
        }
    }

    package func batch<Value>(_ body: () throws -> Value) throws -> Value {
        try write { _ in try body() }
    }

    /// Runs `body` in one transaction; in a batch, in a part of the batch's that is undone alone.
    func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try translatingErrors {
            try writer.unsafeReentrantWrite { database in
                var value: Value?
                // sqlite.org/lang_savepoint.html: the outermost is a transaction; GRDB makes it an immediate one.
                try database.inSavepoint {
                    value = try body(database)
                    return .commit
                }
                guard let value else { throw DatabaseError(message: "a transaction ended without a value") }
                return value
            }
        }
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
