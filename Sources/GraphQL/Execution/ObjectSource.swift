/// A value of an object type. The executor asks it for the values of the selected fields.
package protocol ObjectSource {
    /// The name of the object type.
    var typeName: String { get }

    /// - Parameter arguments: the coerced arguments of the field, with the defaults of omitted ones.
    /// - Throws: `FieldError`, whose message the client gets. For any other error the client gets "unexpected error".
    func value(of field: String, _ arguments: [String: Value]) throws -> Output
}

/// The value of a field.
package indirect enum Output {
    case value(Value)
    case object(any ObjectSource)
    case list([Output])

    /// The null value.
    package static var null: Output { .value(.null) }

    /// A string, or null for nil.
    package static func text(_ text: String?) -> Output {
        .value(text.map(Value.string) ?? .null)
    }
}

/// An error of a field whose message the client gets.
package struct FieldError: Error, Equatable, Sendable {
    package let message: String
    /// The object under `extensions` in the error.
    package let extensions: Value?

    package init(_ message: String, extensions: Value? = nil) {
        self.message = message
        self.extensions = extensions
    }
}

/// An object with values that are known before the execution.
package struct Record: ObjectSource {
    package let typeName: String
    private let fields: [String: Output]

    package init(_ typeName: String, _ fields: [String: Output]) {
        self.typeName = typeName
        self.fields = fields
    }

    package func value(of field: String, _ arguments: [String: Value]) -> Output {
        fields[field] ?? .null
    }
}
