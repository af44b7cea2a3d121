import CStorage
import GRDB

/// The statements of one read: they see one moment, though no transaction is begun for a single statement.
///
/// Most reads are one statement, and BEGIN and COMMIT took a twentieth of a whole request. The second statement begins a
/// transaction; if another connection has committed between the two, the read has to start again, inside a transaction.
final class SQLiteSnapshot: SQLConnection {
    /// Another connection has committed since the first statement.
    struct Moved: Error {}

    private enum State {
        /// No statement was run.
        case fresh
        /// One statement was run, outside of a transaction.
        case single(version: UInt32)
        /// Inside a transaction.
        case begun
    }

    private let connection: SQLiteConnection
    private var state = State.fresh
    /// Whether `Moved` was thrown, even if it was caught.
    private(set) var hasMoved = false

    /// - Parameter isWhole: whether a transaction is begun before the first statement.
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

    /// Ends the transaction, if there is one. It has changed nothing.
    func end() {
        if case .begun = state { _ = try? connection.query("COMMIT TRANSACTION", []) }
    }

    private func begin() throws {
        // Parsed once: GRDB's `inTransaction` parses it each time, which takes longer than most reads.
        _ = try connection.query("BEGIN DEFERRED TRANSACTION", [])
        state = .begun
    }

    /// Grows whenever a statement finds that another connection has committed: sqlite.org/c3ref/c_fcntl_begin_atomic_write.html.
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
