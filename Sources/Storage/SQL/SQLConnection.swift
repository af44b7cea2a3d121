import ProfileImages

/// Reads and writes all tables, with statements that every database understands. The extensions in the files
/// `…Table.swift`, `…Tables.swift` and `…Statements.swift` hold these statements.
struct SQLTransaction: WriteTransaction {
    let connection: any SQLConnection

    func savepoint<Value>(_ body: () throws -> Value) throws -> Value {
        try connection.savepoint(body)
    }
}

/// A database connection inside a transaction, as the shared statements use it.
///
/// Parameters are `?`, or `?1`, `?2` … if one occurs several times. A statement is prepared once.
protocol SQLConnection {
    var dialect: SQLDialect { get }

    /// Runs a statement that returns rows: a query, or a change that ends in RETURNING.
    func query(_ sql: String, _ arguments: [(any SQLConvertible)?]) throws -> [SQLRow]

    /// Runs a statement.
    /// - Returns: the number of inserted, updated or deleted rows.
    @discardableResult
    func execute(_ sql: String, _ arguments: [(any SQLConvertible)?]) throws -> Int

    /// Runs `body` in a savepoint. If `body` throws, its changes are undone; earlier changes stay.
    func savepoint<Value>(_ body: () throws -> Value) throws -> Value
}

extension SQLConnection {
    /// The first column of the first row; nil if there is no row or the value is NULL.
    func value<Value: SQLConvertible>(_ sql: String, _ arguments: [(any SQLConvertible)?] = []) throws -> Value? {
        guard let row = try query(sql, arguments).first, let value = row.values.first, value != .null else {
            return nil
        }
        guard let result = Value(sql: value) else { throw SQLRow.ForeignValue(column: row.columns[0]) }
        return result
    }

    /// The result of a statement that counts; 0 if it returns no row.
    func count(_ sql: String, _ arguments: [(any SQLConvertible)?] = []) throws -> Int {
        try value(sql, arguments) ?? 0
    }

    /// Whether the statement returns a row.
    func exists(_ sql: String, _ arguments: [(any SQLConvertible)?] = []) throws -> Bool {
        try !query(sql, arguments).isEmpty
    }
}

/// The SQL that differs between databases.
struct SQLDialect: Sendable {
    /// A condition: `value` is an element of `array`, a JSON array of texts.
    let isMember: @Sendable (_ value: String, _ array: String) -> String

    /// An expression: the text under `key` in the JSON object of `column`.
    let jsonText: @Sendable (_ column: String, _ key: String) -> String

    /// A condition: the profile contains the words in `parameter`. `searchTerms` gives the value of the parameter.
    let search: @Sendable (_ parameter: String) -> String

    /// Converts the words that a user typed to a parameter of `search`. Each word matches all words that begin with it.
    let searchTerms: @Sendable (_ words: String) -> String

    /// A condition: `array`, a path in the JSON of `column`, contains an object that has `text` under `key`.
    let hasObject: @Sendable (_ column: String, _ array: String, _ key: String, _ text: String) -> String

    /// A query: the size of the database on disk, in bytes.
    let byteCount: String
}
