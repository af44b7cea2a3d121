/// A value of an object type: whoever executes a request asks it for the fields that were selected.
package protocol ObjectSource {
    /// The name of its type.
    var typeName: String { get }

    /// - Parameter arguments: what the field was given, coerced, with the defaults of those left out.
    /// - Throws: `FieldError`, or any error, of which the client learns nothing.
    func value(of field: String, _ arguments: [String: Value]) throws -> Output
}

/// What a field gives.
package indirect enum Output {
    case value(Value)
    case object(any ObjectSource)
    case list([Output])

    /// No value.
    package static var null: Output { .value(.null) }

    /// A text, or no value.
    package static func text(_ text: String?) -> Output {
        .value(text.map(Value.string) ?? .null)
    }
}

/// A field's own word for what is wrong.
package struct FieldError: Error, Equatable, Sendable {
    package let message: String
    /// What stands in the error's `extensions`, an object.
    package let extensions: Value?

    package init(_ message: String, extensions: Value? = nil) {
        self.message = message
        self.extensions = extensions
    }
}
