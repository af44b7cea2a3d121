/// A text that is not JSON, or JSON that is not accepted from outside.
package struct MalformedJSON: Error, Equatable {
    /// What is wrong.
    package enum Reason: Equatable, Sendable {
        /// It is not JSON (RFC 8259), or an object has a name twice.
        case syntax
        /// Arrays and objects lie deeper in each other than `JSONValue.maxDepth`.
        case tooDeep
        /// A name in an object has more than `JSONValue.maxNameBytes` bytes.
        case nameTooLong
        /// A name or a string has more than 30 combining marks in a row (UAX #15 §13).
        case tooManyMarks
    }

    package let reason: Reason
    /// Where that shows, in bytes from the beginning.
    package let offset: Int
}
