import CStorage
import Foundation
import GRDB
import ProfileImages

/// A connection of GRDB's. What SQLite says is put into the domain's words by each statement, so that a rule that catches errors can
/// tell a full disk from a refusal.
struct SQLiteConnection: SQLConnection {
    let database: Database
    /// Whether statements run only inside a transaction: after some errors SQLite rolls it back by itself
    /// (sqlite.org/lang_transaction.html), and what follows would be committed alone.
    var needsTransaction = true
    var dialect: SQLDialect { .sqlite }

    /// Steps through the rows itself: GRDB's cursors and rows take longer than most of the statements.
    func query(_ sql: String, _ arguments: [(any SQLConvertible)?]) throws -> [SQLRow] {
        try translatingDatabaseErrors { try rows(sql, arguments) }
    }

    private func rows(_ sql: String, _ arguments: [(any SQLConvertible)?]) throws -> [SQLRow] {
        try checkTransaction()
        let statement = try database.cachedStatement(sql: sql)
        let (handle, columns) = (unsafe statement.sqliteStatement, statement.columnNames)
        // sqlite.org/c3ref/reset.html: the statement's locks end with it, and its next use begins anew.
        defer { unsafe sqlite3_reset(handle) }
        for (index, argument) in arguments.enumerated() {
            let code = unsafe (argument?.sql ?? .null).bind(to: handle, at: Int32(index + 1))
            guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code), sql: sql) }
        }
        var rows: [SQLRow] = []
        while true {
            switch unsafe sqlite3_step(handle) {
            case SQLITE_ROW:
                let values = (0..<Int32(columns.count)).map { unsafe SQLValue(handle, column: $0) }
                rows.append(SQLRow(columns: columns, values: values))
            case SQLITE_DONE: return rows
            case let code:
                throw DatabaseError(
                    resultCode: ResultCode(rawValue: code),
                    message: unsafe String(cString: sqlite3_errmsg(sqlite3_db_handle(handle))),
                    sql: sql
                )
            }
        }
    }

    @discardableResult
    func execute(_ sql: String, _ arguments: [(any SQLConvertible)?]) throws -> Int {
        try translatingDatabaseErrors {
            _ = try rows(sql, arguments)
            return database.changesCount
        }
    }

    private func checkTransaction() throws {
        guard needsTransaction, !database.isInsideTransaction else { return }
        throw StoreError.unavailable("the transaction was rolled back after an error")
    }

    func savepoint<Value>(_ body: () throws -> Value) throws -> Value {
        try translatingDatabaseErrors {
            try checkTransaction()
            var value: Value?
            try database.inSavepoint {
                value = try body()
                return .commit
            }
            guard let value else { throw DatabaseError(message: "a savepoint ended without a value") }
            return value
        }
    }
}

extension SQLValue {
    /// sqlite.org/c3ref/bind_blob.html: by length, so that a NUL does not end a text, as GRDB's binding has it. SQLite makes a copy.
    @unsafe fileprivate func bind(to statement: OpaquePointer?, at index: Int32) -> Int32 {
        // SQLITE_TRANSIENT, a macro that Swift does not import.
        let copied = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch self {
        case .null: return unsafe sqlite3_bind_null(statement, index)
        case .integer(let number): return unsafe sqlite3_bind_int64(statement, index, number)
        case .real(let number): return unsafe sqlite3_bind_double(statement, index, number)
        case .text(let text):
            // Never a null pointer, which would be NULL.
            return unsafe text.withCString {
                unsafe sqlite3_bind_text(statement, index, $0, Int32(text.utf8.count), copied)
            }
        case .blob(let bytes):
            return unsafe bytes.withUnsafeBytes { buffer in
                guard let start = buffer.baseAddress, !buffer.isEmpty else {
                    return unsafe sqlite3_bind_zeroblob(statement, index, 0)
                }
                return unsafe sqlite3_bind_blob(statement, index, start, Int32(buffer.count), copied)
            }
        }
    }

    /// sqlite.org/c3ref/column_blob.html: the length is asked for after the pointer.
    @unsafe fileprivate init(_ statement: OpaquePointer?, column: Int32) {
        switch unsafe sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: self = unsafe .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: self = unsafe .real(sqlite3_column_double(statement, column))
        case SQLITE_TEXT:
            let text = unsafe sqlite3_column_text(statement, column)
            let bytes = unsafe UnsafeBufferPointer(start: text, count: Int(sqlite3_column_bytes(statement, column)))
            self = unsafe .text(String(decoding: bytes, as: UTF8.self))
        case SQLITE_BLOB:
            let bytes = unsafe UnsafeRawBufferPointer(
                start: sqlite3_column_blob(statement, column),
                count: Int(sqlite3_column_bytes(statement, column))
            )
            self = unsafe .blob(Array(bytes))
        default: self = .null
        }
    }
}

/// Runs `body` and turns what SQLite says into the domain's words. All other errors pass through.
func translatingDatabaseErrors<Result>(_ body: () throws -> Result) throws -> Result {
    do {
        return try translatingErrors(body)
    } catch let error as DatabaseError {
        switch error.resultCode {
        case .SQLITE_FULL: throw StoreError.full
        case .SQLITE_BUSY, .SQLITE_LOCKED: throw StoreError.busy
        default: throw StoreError.unavailable("\(error)")
        }
    } catch let error as SQLRow.ForeignValue {
        throw StoreError.unavailable("\(error)")
    }
}
