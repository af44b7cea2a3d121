import ProfileImages

/// A JSON text that is written straight into bytes, for answers that are sent thousands of times a second: `JSONEncoder` makes
/// a dictionary of each object first. Members come in the order in which they are written.
struct JSONText {
    private(set) var bytes: [UInt8] = []
    /// Whether the next element of the object or array that is open follows another.
    private var needsComma = false

    /// - Parameter capacity: how many bytes it will have, roughly.
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

    /// Writes a member's name, which is plain ASCII; its value is to follow.
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

    /// Writes a string of the parts that `write` appends.
    mutating func string(_ write: (inout JSONText) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        write(&self)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Appends to the string that is being written.
    mutating func append(_ text: String) {
        bytes.appendEscaped(text)
    }

    /// Appends a part that another string has, as it stands there.
    mutating func append(escaped part: [UInt8]) {
        bytes.append(contentsOf: part)
    }

    /// A text as it stands in a string.
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
    /// Appends a text as it stands in a JSON string: RFC 8259 §7.
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
