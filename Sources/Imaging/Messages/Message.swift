/// A message between two processes of one program: a sequence of numbers and short texts.
package struct Message {
    /// The longest text, in bytes of UTF-8; longer texts are cut.
    private static let longestText = 256

    package private(set) var bytes: [UInt8] = []

    package init(_ numbers: [Int] = []) {
        numbers.forEach { append($0) }
    }

    package mutating func append(_ number: Int) {
        unsafe withUnsafeBytes(of: Int64(number).littleEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    package mutating func append(_ text: String) {
        let text = text.utf8.prefix(Self.longestText)
        append(text.count)
        bytes.append(contentsOf: text)
    }
}

/// Reads a message from its start. An attacker may control the other process, so a malformed value is nil.
package struct MessageReader {
    private var rest: ArraySlice<UInt8>

    package init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    /// Whether the whole message was read.
    package var isAtEnd: Bool { rest.isEmpty }

    package mutating func number() -> Int? {
        guard rest.count >= 8 else { return nil }
        let value = rest.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        rest = rest.dropFirst(8)
        return Int(truncatingIfNeeded: value)
    }

    /// The next number; nil if it is outside `range`.
    package mutating func number(in range: ClosedRange<Int>) -> Int? {
        number().flatMap { range.contains($0) ? $0 : nil }
    }

    package mutating func flag() -> Bool? {
        number(in: 0...1).map { $0 == 1 }
    }

    package mutating func text() -> String? {
        guard let count = number(in: 0...rest.count) else { return nil }
        let text = String(validating: rest.prefix(count), as: UTF8.self)
        rest = rest.dropFirst(count)
        return text
    }

    package mutating func format() -> ImageFormat? {
        number(in: 0...ImageFormat.allCases.count - 1).map { ImageFormat.allCases[$0] }
    }
}

extension Message {
    package mutating func append(_ format: ImageFormat) {
        append(ImageFormat.allCases.firstIndex(of: format) ?? 0)
    }

    package mutating func append(_ flag: Bool) {
        append(flag ? 1 : 0)
    }
}
