import ProfileImages

/// The rows of every table, by statements that all databases understand. Each table, or two that go together, has a file.
struct SQLTransaction: WriteTransaction {
    let connection: any SQLConnection

    func savepoint<Value>(_ body: () throws -> Value) throws -> Value {
        try connection.savepoint(body)
    }
}
