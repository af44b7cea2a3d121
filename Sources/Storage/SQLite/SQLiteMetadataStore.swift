import GRDB
package import ProfileImages
import Synchronization
import Threads

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
    /// Held while the writer is used. Waiting for a `DatabaseQueue` itself would have no end.
    private let writerLock = FairLock()
    private let patience: Duration
    /// The last erasure whose words are gone, by its place in the audit.
    let purged = Mutex<Int64>(0)

    /// Opens the database, making or migrating it where needed.
    /// - Parameters:
    ///   - quota: how much a user may keep; it is checked by the transaction that adds something.
    ///   - patience: how long a thread waits for the writer at most.
    /// - Throws: `DatabaseError` when the file cannot be opened or is not ours.
    package init(path: String, quota: UserQuota = UserQuota(), patience: Duration = .seconds(10)) throws {
        self.path = path
        self.quota = quota
        self.patience = patience
        try DatabaseFile.create(path)
        var configuration = Self.configuration
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: "PRAGMA synchronous = FULL")
            // sqlite.org/pragma.html#pragma_secure_delete: what is deleted is overwritten with zeros. Debian's default.
            try database.execute(sql: "PRAGMA secure_delete = ON")
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
        try withWriter(waiting: .seconds(1)) {
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
        try withWriter(waiting: patience) {
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

    /// Runs `body` on the connection that writes, outside of any transaction.
    func maintain<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try withWriter(waiting: patience) { try writer.writeWithoutTransaction(body) }
    }

    /// - Throws: `StoreError.busy` when other threads have the writer for all of that time.
    private func withWriter<Value>(waiting patience: Duration, _ body: () throws -> Value) throws -> Value {
        do {
            return try writerLock.locked(waiting: patience) { try translatingErrors(body) }
        } catch  where error is FairLock.TimedOut || error is SystemCallError {
            // The latter where there is no descriptor left to wait with, which passes as well.
            throw StoreError.busy
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
