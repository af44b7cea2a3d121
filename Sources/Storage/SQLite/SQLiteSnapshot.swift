import CStorage
import GRDB

/// Runs the statements of one read. All see the same state of the database, but a single statement runs without a
/// transaction.
///
/// Most reads are one statement, and BEGIN and COMMIT took a twentieth of the time of a request. The second statement
/// begins a transaction. If another connection commits between the two, the read must start again inside a transaction.
final class SQLiteSnapshot: SQLConnection {
    /// Another connection committed after the first statement.
    struct Moved: Error {}

    private enum State {
        /// No statement has run.
        case fresh
        /// One statement has run, outside of a transaction.
        case single(version: UInt32)
        /// A transaction has begun.
        case begun
    }

    private let connection: SQLiteConnection
    private var state = State.fresh
    /// Whether `Moved` was thrown, even if the caller caught it.
    private(set) var hasMoved = false

    /// - Parameter isWhole: whether a transaction begins before the first statement.
    init(_ database: Database, isWhole: Bool) throws {
        connection = SQLiteConnection(database: database, needsTransaction: false)
        if isWhole { try begin() }
    }

    var dialect: SQLDialect { connection.dialect }

    func query(_ sql: String, _ arguments: [(any SQLConvertible)?]) throws -> [SQLRow] {
        switch state {
        case .begun: return try connection.query(sql, arguments)
        case .fresh:
            let rows = try connection.query(sql, arguments)
            state = .single(version: dataVersion)
            return rows
        case .single(let version):
            try begin()
            let rows = try connection.query(sql, arguments)
            guard version == dataVersion else {
                hasMoved = true
                throw Moved()
            }
            return rows
        }
    }

    @discardableResult
    func execute(_ sql: String, _ arguments: [(any SQLConvertible)?]) throws -> Int {
        try connection.execute(sql, arguments)
    }

    func savepoint<Value>(_ body: () throws -> Value) throws -> Value {
        try connection.savepoint(body)
    }

    /// Ends the transaction if one has begun. It contains no changes.
    func end() {
        if case .begun = state { _ = try? connection.query("COMMIT TRANSACTION", []) }
    }

    private func begin() throws {
        // SQLite parses this statement once. GRDB's `inTransaction` parses it each time, which takes longer than most
        // reads.
        _ = try connection.query("BEGIN DEFERRED TRANSACTION", [])
        state = .begun
    }

    /// Changes when a statement sees a commit of another connection: sqlite.org/c3ref/c_fcntl_begin_atomic_write.html.
    private var dataVersion: UInt32 {
        var version: UInt32 = 0
        _ = unsafe sqlite3_file_control(
            connection.database.sqliteConnection,
            "main",
            SQLITE_FCNTL_DATA_VERSION,
            &version
        )
        return version
    }
}
