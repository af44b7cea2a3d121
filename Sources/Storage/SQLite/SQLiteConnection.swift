import Foundation
import GRDB
import ProfileImages

/// A connection of GRDB's, inside a transaction.
struct SQLiteConnection: SQLConnection {
    let database: Database
    var dialect: SQLDialect { .sqlite }

    func query(_ sql: String, _ arguments: [(any SQLConvertible)?]) throws -> [SQLRow] {
        let statement = try database.cachedStatement(sql: sql)
        let columns = statement.columnNames
        let rows = try Row.fetchCursor(statement, arguments: Self.bound(arguments))
        var result: [SQLRow] = []
        while let row = try rows.next() {
            result.append(SQLRow(columns: columns, values: row.databaseValues.map(SQLValue.init)))
        }
        return result
    }

    @discardableResult
    func execute(_ sql: String, _ arguments: [(any SQLConvertible)?]) throws -> Int {
        try database.cachedStatement(sql: sql).execute(arguments: Self.bound(arguments))
        return database.changesCount
    }

    func savepoint<Value>(_ body: () throws -> Value) throws -> Value {
        var value: Value?
        try database.inSavepoint {
            value = try body()
            return .commit
        }
        guard let value else { throw DatabaseError(message: "a savepoint ended without a value") }
        return value
    }

    private static func bound(_ arguments: [(any SQLConvertible)?]) -> StatementArguments {
        StatementArguments(arguments.map { $0.map { DatabaseValue($0.sql) } ?? .null })
    }
}

extension DatabaseValue {
    fileprivate init(_ value: SQLValue) {
        switch value {
        case .null: self = .null
        case .integer(let number): self = number.databaseValue
        case .real(let number): self = number.databaseValue
        case .text(let text): self = text.databaseValue
        case .blob(let bytes): self = Data(bytes).databaseValue
        }
    }
}

extension SQLValue {
    fileprivate init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let number): self = .integer(number)
        case .double(let number): self = .real(number)
        case .string(let text): self = .text(text)
        case .blob(let data): self = .blob(Array(data))
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
