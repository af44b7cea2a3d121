import ProfileImages

/// One row of a result.
struct SQLRow {
    /// A column is not there, or holds what this program does not write.
    struct ForeignValue: Error, CustomStringConvertible {
        let column: String
        var description: String { "the column \(column) holds a value that is not ours" }
    }

    let columns: [String]
    let values: [SQLValue]

    /// The value of a column that is never NULL.
    /// - Throws: `ForeignValue`.
    subscript<Value: SQLConvertible>(column: String) -> Value {
        get throws {
            guard let value = try Value(sql: value(of: column)) else { throw ForeignValue(column: column) }
            return value
        }
    }

    /// The value of a column; nil for NULL.
    /// - Throws: `ForeignValue`.
    subscript<Value: SQLConvertible>(column: String) -> Value? {
        get throws {
            let sql = try value(of: column)
            if case .null = sql { return nil }
            guard let value = Value(sql: sql) else { throw ForeignValue(column: column) }
            return value
        }
    }

    private func value(of column: String) throws -> SQLValue {
        // Of columns of one name, the first.
        guard let index = columns.firstIndex(of: column) else { throw ForeignValue(column: column) }
        return values[index]
    }
}

extension StoreError {
    /// A table holds what this program does not write.
    static func foreignRow(in table: String) -> StoreError {
        .unavailable("\(table) holds a row that is not ours")
    }
}
