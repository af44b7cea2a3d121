import Foundation
import GRDB
package import ProfileImages
import Synchronization
import Threads

/// Metadata in one SQLite file, in WAL mode with `synchronous=FULL`: a commit survives a power loss.
///
/// All writes go through one connection, as SQLite allows one writer at a time. Each read borrows a read-only connection
/// of its own: GRDB's `DatabasePool` serialises its readers through a queue, which was ten times slower.
package final class SQLiteMetadataStore: MetadataStore {
    private let path: String
    /// Nil when the database is only read. Visible to the tests, which ask it for its settings.
    let writer: DatabaseQueue?
    private let idleReaders = Mutex<[DatabaseQueue]>([])
    /// Held while the writer is used. Waiting for a `DatabaseQueue` itself would have no end.
    private let writerLock = FairLock()
    private let patience: Duration
    /// The last erasure whose words are gone, by its place in the audit.
    private let purged = Mutex<Int64>(0)

    /// What a database is opened for.
    package enum Purpose: Equatable, Sendable {
        /// Reads only: nothing of the database is changed. SQLite may make a log and its index beside it (sqlite.org/wal.html §2).
        case reading
        /// Reads and writes, with the schema as it is. A database that is not there is made.
        case writing
        /// The same, after the database was made or brought up to date.
        case migrating
    }

    /// Opens the database.
    /// - Parameters:
    ///   - patience: how long a thread waits for the writer at most.
    /// - Throws: `SchemaError`, which leaves the database as it is; `DatabaseError` when the file cannot be opened or is not ours.
    package init(path: String, for purpose: Purpose = .migrating, patience: Duration = .seconds(10)) throws {
        self.path = path
        self.patience = patience
        let isMissing = !FileManager.default.fileExists(atPath: path)
        if isMissing, purpose == .reading { throw SchemaError.missing(path: path) }
        let isMigrating = purpose == .migrating || isMissing
        if isMigrating { try DatabaseFile.create(path) }
        guard purpose != .reading else {
            writer = nil
            try reading { try Self.checkSchema($0, path) }
            return
        }
        var configuration = Self.configuration
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: "PRAGMA synchronous = FULL")
            // sqlite.org/pragma.html#pragma_secure_delete: what is deleted is overwritten with zeros. Debian's default.
            try database.execute(sql: "PRAGMA secure_delete = ON")
        }
        let writer = try DatabaseQueue(path: path, configuration: configuration)
        self.writer = writer
        if isMigrating {
            // Two processes that start at once must not do the same steps.
            try DatabaseFile.locked(path) {
                guard try !writer.read(Migrations.migrator.hasBeenSuperseded) else {
                    throw SchemaError.newer(path: path)
                }
                try Migrations.migrator.migrate(writer)
            }
        } else {
            try writer.read { try Self.checkSchema($0, path) }
        }
    }

    private static func checkSchema(_ database: Database, _ path: String) throws {
        guard try !Migrations.migrator.hasBeenSuperseded(database) else { throw SchemaError.newer(path: path) }
        guard try Migrations.migrator.hasCompletedMigrations(database) else { throw SchemaError.older(path: path) }
    }

    /// Ends all connections; the database is one file then, with no log beside it.
    /// - Parameter isFinal: whether nothing writes to it any more, so that it can be read in a folder that cannot be written to:
    ///   sqlite.org/wal.html#readonly.
    package func close(isFinal: Bool = false) throws {
        try translatingDatabaseErrors {
            for reader in idleReaders.withLock({ readers in (readers, readers = []).0 }) { try reader.close() }
            if isFinal { try writer?.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") } }
            try writer?.close()
        }
    }

    package func checkWritable() throws {
        // sqlite.org/lang_transaction.html: IMMEDIATE takes the write lock, and fails where it cannot be had.
        try withWriter(waiting: .seconds(1)) { writer in
            try writer.writeWithoutTransaction { database in
                try database.inTransaction(.immediate) { .rollback }
            }
        }
    }

    package func read<Value>(_ body: (any ReadTransaction) throws -> Value) throws -> Value {
        try reading { database in
            let first = try SQLiteSnapshot(database, isWhole: false)
            do {
                defer { first.end() }
                let value = try body(SQLTransaction(connection: first))
                if !first.hasMoved { return value }
            } catch  where first.hasMoved {}
            let second = try SQLiteSnapshot(database, isWhole: true)
            defer { second.end() }
            return try body(SQLTransaction(connection: second))
        }
    }

    package func write<Value>(_ body: (any WriteTransaction) throws -> Value) throws -> Value {
        try withWriter(waiting: patience) { writer in
            // Where `body` calls this again, SQLite refuses the inner transaction; GRDB's `write` would end the process.
            try writer.unsafeReentrantWrite { database in
                var value: Value?
                try database.inTransaction(.immediate) {
                    value = try body(SQLTransaction(connection: SQLiteConnection(database: database)))
                    return .commit
                }
                guard let value else { throw DatabaseError(message: "a transaction ended without a value") }
                return value
            }
        }
    }

    /// The words of erased users stay in the search's index, marked as deleted, until its parts are merged (sqlite.org/fts5.html
    /// §6.8), and in the write-ahead log until it is written anew (sqlite.org/wal.html §2.1).
    package func purgeErased() throws -> Bool {
        let done = purged.withLock { $0 }
        let sql = "SELECT max(sequence) FROM audit WHERE sequence > ? AND action = ?"
        let erased = Event.Kind.profileErased.rawValue
        guard let last = try reading({ try Int64.fetchOne($0, sql: sql, arguments: [done, erased]) }) else {
            return false
        }
        let isMerged = try withWriter(waiting: patience) { writer in
            try writer.write { database in
                let before = database.totalChangesCount
                // A step of so many pages: no request waits long for the writer.
                try database.execute(sql: "INSERT INTO profile_search (profile_search, rank) VALUES ('merge', -500)")
                return database.totalChangesCount - before < 2
            }
        }
        guard isMerged else { return true }
        // Outside of any transaction.
        let isBusy = try withWriter(waiting: patience) { writer in
            try writer.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA wal_checkpoint(TRUNCATE)") } != 0
        }
        // A reader still uses the log: once more the next time.
        if !isBusy { purged.withLock { $0 = last } }
        return false
    }

    /// Copies the database, as of one moment, while others read and write: sqlite.org/backup.html.
    /// - Parameter path: of the copy; what is there is replaced.
    package func copy(to path: String) throws {
        try translatingDatabaseErrors {
            try DatabaseFile.create(path)
            let copy = try DatabaseQueue(path: path)
            try withWriter(waiting: patience) { try $0.backup(to: copy) }
            // One file, without a log beside it.
            try copy.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
            try copy.close()
        }
    }

    /// The steps that have made the database's schema what it is, in order.
    package func migrations() throws -> [String] {
        try reading { try Migrations.migrator.completedMigrations($0) }
    }

    /// What is wrong with the database's file; empty when nothing is. sqlite.org/pragma.html#pragma_integrity_check
    package func integrityFaults() throws -> [String] {
        try reading { try String.fetchAll($0, sql: "PRAGMA integrity_check") }.filter { $0 != "ok" }
    }

    /// Runs `body` on a connection that cannot write.
    private func reading<Value>(_ body: (Database) throws -> Value) throws -> Value {
        let reader =
            try idleReaders.withLock { $0.popLast() } ?? DatabaseQueue(path: path, configuration: Self.readOnly)
        defer { idleReaders.withLock { $0.append(reader) } }
        return try translatingDatabaseErrors { try reader.unsafeRead(body) }
    }

    /// - Throws: `StoreError.busy` when other threads have the writer for all of that time.
    private func withWriter<Value>(waiting patience: Duration, _ body: (DatabaseQueue) throws -> Value) throws -> Value
    {
        guard let writer else { throw StoreError.unavailable("the database was opened to be read") }
        do {
            return try writerLock.locked(waiting: patience) { try translatingDatabaseErrors { try body(writer) } }
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

/// Why a database is not opened. It was not changed.
package enum SchemaError: Error, Equatable, CustomStringConvertible {
    case missing(path: String)
    /// An earlier version made it, and nothing has brought it up to date since.
    case older(path: String)
    /// A later version has changed it.
    case newer(path: String)

    /// For the operator.
    package var description: String {
        switch self {
        case .missing(let path): "There is no database \(path). Start the service, or run portraitd migrate."
        case .older(let path):
            "The database \(path) is of an earlier version. Run portraitd migrate, or restart the service."
        case .newer(let path): "The database \(path) is of a later version than this program. Install that version."
        }
    }
}
