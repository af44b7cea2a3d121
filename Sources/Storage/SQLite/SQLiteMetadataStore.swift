import Foundation
import Glibc
import GRDB
package import ProfileImages
import Synchronization
import SystemPackage
import Threads

/// Stores metadata in one SQLite file, in WAL mode with `synchronous=FULL`: a commit survives a power loss.
///
/// All writes use one connection, because SQLite allows one writer at a time. Each read borrows a separate read-only
/// connection: GRDB's `DatabasePool` serialises its readers through a queue, which was ten times slower.
package final class SQLiteMetadataStore: MetadataStore {
    private let path: String
    /// Nil if the database is only read. Internal, so that the tests can query its settings.
    let writer: DatabaseQueue?
    private let idleReaders = Mutex<[DatabaseQueue]>([])
    /// Held while the writer is used, because waiting for a `DatabaseQueue` has no timeout.
    private let writerLock = FairLock()
    private let patience: Duration
    /// The `sequence`, in the table `audit`, of the last purged erasure.
    private let purged = Mutex<Int64>(0)

    /// The purpose for which the database is opened.
    package enum Purpose: Equatable, Sendable {
        /// Reads only: the database does not change. SQLite may create a `-wal` and a `-shm` file beside it
        /// (sqlite.org/wal.html §2).
        case reading
        /// Reads and writes with the existing schema. A missing database is created.
        case writing
        /// Reads and writes, after the database is created or its schema migrated.
        case migrating
    }

    /// Opens the database.
    /// - Parameters:
    ///   - patience: maximum time that a thread waits for the writer.
    /// - Throws: `SchemaError`, and leaves the database unchanged; `DatabaseError` if the file cannot be opened or is
    ///   not a SQLite database.
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
            // sqlite.org/pragma.html#pragma_secure_delete: SQLite overwrites deleted data with zeros. This is Debian's
            // default.
            try database.execute(sql: "PRAGMA secure_delete = ON")
        }
        let writer = try DatabaseQueue(path: path, configuration: configuration)
        self.writer = writer
        if isMigrating {
            // Two processes that start at the same time must not run the same migrations.
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

    /// Closes all connections. The database is then one file without a `-wal` file.
    /// - Parameter isFinal: whether no process writes to the database any more. Its journal mode becomes DELETE, so
    ///   that it can be read in a read-only folder: sqlite.org/wal.html#readonly.
    package func close(isFinal: Bool = false) throws {
        try translatingDatabaseErrors {
            for reader in idleReaders.withLock({ readers in (readers, readers = []).0 }) { try reader.close() }
            if isFinal { try writer?.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") } }
            try writer?.close()
        }
    }

    package func checkWritable() throws {
        // sqlite.org/lang_transaction.html: IMMEDIATE takes the write lock at once, and fails if another connection
        // holds it.
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
            // If `body` calls `write` again, SQLite refuses the inner transaction. GRDB's `write` would end the
            // process.
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

    /// Removes the words of erased users from the database file. They remain in the search index, marked as deleted,
    /// until its segments are merged (sqlite.org/fts5.html §6.8), and in the write-ahead log until it is overwritten
    /// (sqlite.org/wal.html §2.1).
    package func purgeErased() throws -> Bool {
        let done = purged.withLock { $0 }
        let sql = "SELECT max(sequence) FROM audit WHERE sequence > ? AND action = ?"
        let erased = ProfileEvent.Kind.profileErased.rawValue
        guard let last = try reading({ try Int64.fetchOne($0, sql: sql, arguments: [done, erased]) }) else {
            return false
        }
        let isMerged = try withWriter(waiting: patience) { writer in
            try writer.write { database in
                let before = database.totalChangesCount
                // A step merges about 500 pages, so that no request waits long for the writer.
                try database.execute(sql: "INSERT INTO profile_search (profile_search, rank) VALUES ('merge', -500)")
                return database.totalChangesCount - before < 2
            }
        }
        guard isMerged else { return true }
        // A checkpoint must run outside of a transaction.
        let isBusy = try withWriter(waiting: patience) { writer in
            try writer.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA wal_checkpoint(TRUNCATE)") } != 0
        }
        // If a reader still uses the log, the next call tries again.
        if !isBusy { purged.withLock { $0 = last } }
        return false
    }

    /// Copies the database in the state of one moment, while other connections read and write: sqlite.org/backup.html.
    /// - Parameter path: the file of the copy. An existing file is replaced.
    package func copy(to path: String) throws {
        try translatingDatabaseErrors {
            try DatabaseFile.create(path)
            let copy = try DatabaseQueue(path: path)
            try withWriter(waiting: patience) { try $0.backup(to: copy) }
            // The copy is one file without a `-wal` file.
            try copy.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
            try copy.close()
        }
    }

    /// Names of the applied migrations, in order.
    package func migrations() throws -> [String] {
        try reading { try Migrations.migrator.completedMigrations($0) }
    }

    /// Faults that SQLite finds in the database file; empty if there are none:
    /// sqlite.org/pragma.html#pragma_integrity_check.
    package func integrityFaults() throws -> [String] {
        try reading { try String.fetchAll($0, sql: "PRAGMA integrity_check") }.filter { $0 != "ok" }
    }

    /// Runs `body` on a read-only connection.
    private func reading<Value>(_ body: (Database) throws -> Value) throws -> Value {
        let reader =
            try idleReaders.withLock { $0.popLast() } ?? DatabaseQueue(path: path, configuration: Self.readOnly)
        defer { idleReaders.withLock { $0.append(reader) } }
        return try translatingDatabaseErrors { try reader.unsafeRead(body) }
    }

    /// Runs `body` on the writer.
    /// - Throws: `StoreError.busy` if other threads use the writer for longer than `patience`; `StoreError.unavailable`
    ///   if the database is only read.
    private func withWriter<Value>(waiting patience: Duration, _ body: (DatabaseQueue) throws -> Value) throws -> Value
    {
        guard let writer else { throw StoreError.unavailable("the database was opened to be read") }
        do {
            return try writerLock.locked(waiting: patience) { try translatingDatabaseErrors { try body(writer) } }
        } catch  where error is FairLock.TimedOut || error is SystemCallError {
            // `SystemCallError`: no file descriptor is free to wait with, which is temporary too.
            throw StoreError.busy
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        // sqlite.org/rescode.html#busy: another process (a second instance, a backup) may hold the lock for a moment.
        // The limit is 1 s, because the other worker threads wait for the writer meanwhile.
        configuration.busyMode = .timeout(1)
        return configuration
    }

    private static var readOnly: Configuration {
        var configuration = Self.configuration
        configuration.readonly = true
        return configuration
    }
}

/// Why a database is not opened. The database is unchanged.
package enum SchemaError: Error, Equatable, CustomStringConvertible {
    case missing(path: String)
    /// An earlier version created the database, and it was not migrated since.
    case older(path: String)
    /// A later version migrated the database.
    case newer(path: String)

    /// The message for the operator.
    package var description: String {
        switch self {
        case .missing(let path): "There is no database \(path). Start the service, or run portraitd migrate."
        case .older(let path):
            "The database \(path) is of an earlier version. Run portraitd migrate, or restart the service."
        case .newer(let path): "The database \(path) is of a later version than this program. Install that version."
        }
    }
}

/// Creates and locks the file of a SQLite database.
enum DatabaseFile {
    /// Creates the file if it does not exist, with mode 0640. SQLite would create a file that all users can read. Its
    /// `-wal` and `-shm` files get the permissions of this file.
    static func create(_ path: String) throws {
        let permissions: FilePermissions = [.ownerReadWrite, .groupRead]
        try FileDescriptor.open(FilePath(path), .readWrite, options: [.create, .closeOnExec], permissions: permissions)
            .close()
    }

    /// Runs `body` under an exclusive lock, which serialises all processes with a database in the same folder:
    /// flock(2). The lock is on the folder: closing a descriptor of the database file would release SQLite's own locks
    /// (sqlite.org/howtocorrupt.html §2.2).
    static func locked<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
        let parent = FilePath(path).removingLastComponent()
        let folder = try FileDescriptor.open(
            parent.isEmpty ? "." : parent,
            .readOnly,
            options: [.directory, .closeOnExec]
        )
        return try folder.closeAfter {
            while flock(folder.rawValue, LOCK_EX) != 0 {
                guard errno == EINTR else { throw Errno(rawValue: errno) }
            }
            return try body()
        }
    }
}
