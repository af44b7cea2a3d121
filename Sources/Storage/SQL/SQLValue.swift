import Foundation
import ProfileImages

/// A value of a column or a parameter, in every database.
enum SQLValue: Equatable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
}

/// A Swift type that columns can store.
protocol SQLConvertible {
    var sql: SQLValue { get }

    /// Returns nil if the value has another type.
    init?(sql: SQLValue)
}

extension String: SQLConvertible {
    var sql: SQLValue { .text(self) }

    init?(sql: SQLValue) {
        guard case .text(let text) = sql else { return nil }
        self = text
    }
}

extension Int64: SQLConvertible {
    var sql: SQLValue { .integer(self) }

    init?(sql: SQLValue) {
        guard case .integer(let number) = sql else { return nil }
        self = number
    }
}

extension Int: SQLConvertible {
    var sql: SQLValue { .integer(Int64(self)) }

    init?(sql: SQLValue) {
        guard case .integer(let number) = sql, let value = Int(exactly: number) else { return nil }
        self = value
    }
}

extension Bool: SQLConvertible {
    var sql: SQLValue { .integer(self ? 1 : 0) }

    init?(sql: SQLValue) {
        guard case .integer(let number) = sql else { return nil }
        self = number != 0
    }
}

extension [UInt8]: SQLConvertible {
    var sql: SQLValue { .blob(self) }

    init?(sql: SQLValue) {
        guard case .blob(let bytes) = sql else { return nil }
        self = bytes
    }
}

extension Date {
    /// Milliseconds since 1970, rounded, as the database stores times. A time out of range becomes the nearest `Int64`.
    var milliseconds: Int64 {
        let time = (timeIntervalSince1970 * 1000).rounded()
        return Int64(exactly: time) ?? (time > 0 ? .max : .min)
    }

    init(milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }
}

/// A row of a result.
struct SQLRow {
    /// The column does not exist, or holds a value that this program does not write.
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
        // If several columns have the same name, the first one counts.
        guard let index = columns.firstIndex(of: column) else { throw ForeignValue(column: column) }
        return values[index]
    }
}

extension StoreError {
    /// The error for a row that this program does not write.
    static func foreignRow(in table: String) -> StoreError {
        .unavailable("\(table) holds a row that is not ours")
    }
}
