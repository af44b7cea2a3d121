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
