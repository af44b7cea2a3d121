/// A part of a response that is made while it is sent, as the whole is too much for the memory.
package final class BodyStream: Equatable, Sendable {
    private let make: @Sendable (_ write: ([UInt8]) -> Void) throws -> Void

    /// - Parameter make: calls `write` with the bytes, some at a time.
    init(_ make: @escaping @Sendable (_ write: ([UInt8]) -> Void) throws -> Void) {
        self.make = make
    }

    package func send(to write: ([UInt8]) -> Void) throws {
        try make(write)
    }

    package static func == (one: BodyStream, other: BodyStream) -> Bool {
        one === other
    }
}
