import ProfileImages

/// The rows of every table, by statements that all databases understand. Each table, or two that go together, has a file.
struct SQLTransaction: WriteTransaction {
    let connection: any SQLConnection

    func savepoint<Value>(_ body: () throws -> Value) throws -> Value {
        try connection.savepoint(body)
    }
}

/// What the shared statements need of a database: one connection inside a transaction.
///
/// Parameters are `?`, or `?1`, `?2` … where one stands several times. Statements are prepared once.
protocol SQLConnection {
    var dialect: SQLDialect { get }

    /// Runs a statement and returns its rows: a query, or one that ends in RETURNING.
    func query(_ sql: String, _ arguments: [(any SQLConvertible)?]) throws -> [SQLRow]

    /// Runs a statement.
    /// - Returns: how many rows it has inserted, updated or deleted.
    @discardableResult
    func execute(_ sql: String, _ arguments: [(any SQLConvertible)?]) throws -> Int

    /// Runs `body`; what it has changed is undone, and nothing else, if it throws.
    func savepoint<Value>(_ body: () throws -> Value) throws -> Value
}

extension SQLConnection {
    /// The first column of the first row; nil when there is no row, or it is NULL.
    func value<Value: SQLConvertible>(_ sql: String, _ arguments: [(any SQLConvertible)?] = []) throws -> Value? {
        guard let row = try query(sql, arguments).first, let value = row.values.first, value != .null else {
            return nil
        }
        guard let result = Value(sql: value) else { throw SQLRow.ForeignValue(column: row.columns[0]) }
        return result
    }

    /// The number that the statement counts.
    func count(_ sql: String, _ arguments: [(any SQLConvertible)?] = []) throws -> Int {
        try value(sql, arguments) ?? 0
    }

    /// Whether the statement finds a row.
    func exists(_ sql: String, _ arguments: [(any SQLConvertible)?] = []) throws -> Bool {
        try !query(sql, arguments).isEmpty
    }
}

/// What databases say differently.
struct SQLDialect: Sendable {
    /// A condition: the value of the first is one of the JSON array of texts in the second.
    let isMember: @Sendable (_ value: String, _ array: String) -> String

    /// The text that a JSON object in a column has under a key.
    let jsonText: @Sendable (_ column: String, _ key: String) -> String

    /// A condition: the profile holds words as `searchTerms` gives them in the parameter.
    let search: @Sendable (_ parameter: String) -> String

    /// What `search` takes for words that a user has typed: each is the beginning of one that is searched for.
    let searchTerms: @Sendable (_ words: String) -> String

    /// A condition: one of the objects in the array, under a path of the JSON in a column, has this text under a key.
    let hasObject: @Sendable (_ column: String, _ array: String, _ key: String, _ text: String) -> String

    /// How many bytes the database takes on disk: a query.
    let byteCount: String
}
