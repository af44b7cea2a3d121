/// A value that a column or a parameter may have, in every database.
enum SQLValue: Equatable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
}

/// A Swift type that is written to, and read from, columns.
protocol SQLConvertible {
    var sql: SQLValue { get }

    /// Returns nil when the value is of another type.
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
