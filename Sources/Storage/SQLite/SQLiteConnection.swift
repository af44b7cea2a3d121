import CStorage
import Foundation
import GRDB
import ProfileImages

/// A connection of GRDB. Each statement converts SQLite's errors to `StoreError`, so that code in the domain that
/// catches errors can tell a full disk from a refusal.
struct SQLiteConnection: SQLConnection {
    let database: Database
    /// Whether statements run only inside a transaction. After some errors SQLite rolls the transaction back
    /// (sqlite.org/lang_transaction.html); later statements would then commit one by one.
    var needsTransaction = true
    var dialect: SQLDialect { .sqlite }

    /// Steps through the rows without GRDB: its cursors and rows take longer than most of the statements.
    func query(_ sql: String, _ arguments: [(any SQLConvertible)?]) throws -> [SQLRow] {
        try translatingDatabaseErrors { try rows(sql, arguments) }
    }

    private func rows(_ sql: String, _ arguments: [(any SQLConvertible)?]) throws -> [SQLRow] {
        try checkTransaction()
        let statement = try database.cachedStatement(sql: sql)
        let (handle, columns) = (unsafe statement.sqliteStatement, statement.columnNames)
        // sqlite.org/c3ref/reset.html: this releases the locks of the statement and prepares its next use.
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
    /// Binds this value; SQLite copies the bytes. A text is bound with its length: GRDB ends a text at NUL.
    /// sqlite.org/c3ref/bind_blob.html.
    @unsafe fileprivate func bind(to statement: OpaquePointer?, at index: Int32) -> Int32 {
        // SQLITE_TRANSIENT: Swift does not import this macro.
        let copied = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch self {
        case .null: return unsafe sqlite3_bind_null(statement, index)
        case .integer(let number): return unsafe sqlite3_bind_int64(statement, index, number)
        case .real(let number): return unsafe sqlite3_bind_double(statement, index, number)
        case .text(let text):
            // `withCString` never passes a null pointer, which SQLite would bind as NULL.
            return unsafe text.withCString {
                unsafe sqlite3_bind_text(statement, index, $0, Int32(text.utf8.count), copied)
            }
        case .blob(let bytes):
            // A null pointer would bind NULL.
            guard !bytes.isEmpty else { return unsafe sqlite3_bind_zeroblob(statement, index, 0) }
            return unsafe bytes.withUnsafeBytes {
                unsafe sqlite3_bind_blob(statement, index, $0.baseAddress, Int32($0.count), copied)
            }
        }
    }

    /// Reads a column, first the pointer, then the length: sqlite.org/c3ref/column_blob.html.
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

/// Runs `body` and converts errors of SQLite, rows and files to `StoreError`. All other errors pass through.
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

extension SQLDialect {
    /// The SQL of SQLite: sqlite.org/json1.html and sqlite.org/fts5.html.
    static let sqlite = SQLDialect(
        isMember: { "\($0) IN (SELECT value FROM json_each(\($1)))" },
        jsonText: { "\($0) ->> '$.\($1)'" },
        search: { "profile.id IN (SELECT rowid FROM profile_search WHERE profile_search MATCH \($0))" },
        searchTerms: fullTextTerms,
        hasObject: { column, array, key, text in
            "EXISTS (SELECT 1 FROM json_each(\(column), '$.\(array)') WHERE json_extract(value, '$.\(key)') = \(text))"
        },
        byteCount: "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    )

    /// An FTS5 expression (sqlite.org/fts5.html §3) for rows that contain, for each of `words`, a word that begins with
    /// it.
    private static func fullTextTerms(_ words: String) -> String {
        words.unicodeScalars.split { $0.properties.isWhitespace }.map { word in
            var quoted = String.UnicodeScalarView("\"".unicodeScalars)
            // Unicode scalars, because a quotation mark with a combining mark after it is another `Character`.
            for scalar in word {
                switch scalar {
                case "\"": quoted.append(contentsOf: "\"\"".unicodeScalars)
                // NUL would end the expression in the middle of a word.
                case "\0": quoted.append(" ")
                default: quoted.append(scalar)
                }
            }
            return "\(String(quoted))\"*"
        }.joined(separator: " ")
    }
}
