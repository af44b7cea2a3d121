import Bytes
import FoundationEssentials
package import ProfileImages

/// Writes JSON directly into bytes, for responses that are sent thousands of times a second: `JSONEncoder` first makes
/// a dictionary of each object. Members are written in the order of the calls.
struct JSONText {
    private(set) var bytes: [UInt8] = []
    /// Whether a comma must precede the next element of the open object or array.
    private var needsComma = false

    /// - Parameter capacity: the approximate length in bytes.
    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
    }

    /// Writes an object with the members that `write` adds.
    mutating func object(_ write: (inout JSONText) -> Void) {
        enclose("{", "}", write)
    }

    /// Writes an array with the elements that `write` adds.
    mutating func array(_ write: (inout JSONText) -> Void) {
        enclose("[", "]", write)
    }

    /// Writes the name of a member, which must be ASCII without escapes. Its value must follow.
    mutating func name(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func string(_ text: String) {
        string { $0.append(text) }
    }

    /// Writes a string from the parts that `write` appends.
    mutating func string(_ write: (inout JSONText) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        write(&self)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Appends to the open string.
    mutating func append(_ text: String) {
        bytes.appendEscaped(text)
    }

    /// Appends a part that is escaped already.
    mutating func append(escaped part: [UInt8]) {
        bytes.append(contentsOf: part)
    }

    /// Returns the text with JSON escapes.
    static func escaped(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendEscaped(text)
        return bytes
    }

    mutating func integer(_ number: Int) {
        separate()
        bytes.append(contentsOf: String(number).utf8)
    }

    private mutating func enclose(_ start: Unicode.Scalar, _ end: Unicode.Scalar, _ write: (inout JSONText) -> Void) {
        separate()
        bytes.append(UInt8(ascii: start))
        needsComma = false
        write(&self)
        bytes.append(UInt8(ascii: end))
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }
}

extension [UInt8] {
    /// Appends the text with JSON escapes: RFC 8259 §7.
    fileprivate mutating func appendEscaped(_ text: String) {
        for byte in text.utf8 where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
            return appendEscaping(text)
        }
        append(contentsOf: text.utf8)
    }

    private mutating func appendEscaping(_ text: String) {
        for byte in text.utf8 {
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
                append(byte)
                continue
            }
            append(UInt8(ascii: "\\"))
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
            case 0x08: append(UInt8(ascii: "b"))
            case 0x09: append(UInt8(ascii: "t"))
            case 0x0A: append(UInt8(ascii: "n"))
            case 0x0C: append(UInt8(ascii: "f"))
            case 0x0D: append(UInt8(ascii: "r"))
            default: append(contentsOf: "u00\(byte.hexadecimal)".utf8)
            }
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) {
        self = .string(value)
    }

    package init(booleanLiteral value: Bool) {
        self = .boolean(value)
    }

    package init(integerLiteral value: Int64) {
        self = .integer(value)
    }

    package init(arrayLiteral elements: JSONValue...) {
        self = .array(elements)
    }

    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { $1 })
    }

    /// A string, or null.
    static func text(_ text: String?) -> JSONValue {
        text.map(JSONValue.string) ?? .null
    }

    /// Milliseconds since 1970, or null.
    static func milliseconds(_ time: Date?) -> JSONValue {
        time.flatMap { Int64(exactly: ($0.timeIntervalSince1970 * 1000).rounded()) }.map(JSONValue.integer) ?? .null
    }
}
