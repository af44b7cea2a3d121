import Bytes

/// Reads a JSON text, RFC 8259, in one pass. A decoder that tries one type after the other takes seconds for a few
/// thousand bytes of nested arrays.
struct JSONReader {
    private let bytes: [UInt8]
    private let isTrusted: Bool
    private var position: Int

    /// - Parameter isTrusted: false limits the length of names and the number of combining marks in a row.
    init(_ bytes: [UInt8], isTrusted: Bool) {
        self.bytes = bytes
        self.isTrusted = isTrusted
        // RFC 8259 §8.1: a parser may ignore a byte order mark.
        position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    mutating func document() throws(MalformedJSON) -> JSONValue {
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw fault }
        return value
    }

    private var fault: MalformedJSON {
        MalformedJSON(reason: .syntax, offset: position)
    }

    private var next: UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private mutating func skipSpace() {
        while let next, " \t\n\r".utf8.contains(next) { position += 1 }
    }

    /// Advances over `byte` and returns true if it is the next byte.
    private mutating func skip(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(MalformedJSON) -> JSONValue {
        skipSpace()
        switch next {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard depth < JSONValue.maxDepth else { throw MalformedJSON(reason: .tooDeep, offset: position) }
            return next == UInt8(ascii: "{")
                ? .object(try object(depth: depth + 1)) : .array(try array(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try text())
        case UInt8(ascii: "t"): return try literal("true", .boolean(true))
        case UInt8(ascii: "f"): return try literal("false", .boolean(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return try number()
        }
    }

    private mutating func literal(_ name: String, _ value: JSONValue) throws(MalformedJSON) -> JSONValue {
        guard bytes[position...].starts(with: name.utf8) else { throw fault }
        position += name.utf8.count
        return value
    }

    private mutating func array(depth: Int) throws(MalformedJSON) -> [JSONValue] {
        var values: [JSONValue] = []
        position += 1
        skipSpace()
        if skip(UInt8(ascii: "]")) { return values }
        repeat {
            values.append(try value(depth: depth))
            skipSpace()
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "]")) else { throw fault }
        return values
    }

    private mutating func object(depth: Int) throws(MalformedJSON) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        position += 1
        skipSpace()
        if skip(UInt8(ascii: "}")) { return members }
        repeat {
            skipSpace()
            let start = position
            let name = try text()
            guard isTrusted || name.utf8.count <= JSONValue.maxNameBytes else {
                throw MalformedJSON(reason: .nameTooLong, offset: start)
            }
            skipSpace()
            // RFC 8259 §4: readers interpret a repeated name differently, so it is an error.
            guard members[name] == nil, skip(UInt8(ascii: ":")) else { throw fault }
            members[name] = try value(depth: depth)
            skipSpace()
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "}")) else { throw fault }
        return members
    }

    /// RFC 8259 §6. A whole number is an integer in every notation, such as `1.0` or `1e2`.
    private mutating func number() throws(MalformedJSON) -> JSONValue {
        let start = position
        _ = skip(UInt8(ascii: "-"))
        if !skip(UInt8(ascii: "0")) { try digits() }
        if skip(UInt8(ascii: ".")) { try digits() }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            if !skip(UInt8(ascii: "-")) { _ = skip(UInt8(ascii: "+")) }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if let number = Int64(text) { return .integer(number) }
        guard let number = Double(text), number.isFinite else { throw fault }
        return Int64(exactly: number).map(JSONValue.integer) ?? .number(number)
    }

    private mutating func digits() throws(MalformedJSON) {
        let digits = bytes[position...].prefix { $0.isASCIIDigit }
        guard !digits.isEmpty else { throw fault }
        position = digits.endIndex
    }

    /// A string, RFC 8259 §7.
    private mutating func text() throws(MalformedJSON) -> String {
        let start = position
        guard skip(UInt8(ascii: "\"")) else { throw fault }
        var text: [UInt8] = []
        while true {
            let plain = bytes[position...].prefix { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
            text += plain
            position = plain.endIndex
            if skip(UInt8(ascii: "\"")) { break }
            guard skip(UInt8(ascii: "\\")) else { throw fault }
            text += try String(Character(escaped())).utf8
        }
        guard let text = String(validating: text, as: UTF8.self) else { throw fault }
        guard isTrusted || text.isStreamSafe else { throw MalformedJSON(reason: .tooManyMarks, offset: start) }
        return text
    }

    /// The character that an escape sequence stands for, read after its reverse solidus.
    private mutating func escaped() throws(MalformedJSON) -> Unicode.Scalar {
        guard let escape = next else { throw fault }
        position += 1
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(escape)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try character()
        default: throw fault
        }
    }

    /// The character of a `\u` escape, or of a surrogate pair of two such escapes.
    private mutating func character() throws(MalformedJSON) -> Unicode.Scalar {
        let code = try code()
        if let scalar = Unicode.Scalar(code) { return scalar }
        guard UTF16.isLeadSurrogate(code), skip(UInt8(ascii: "\\")), skip(UInt8(ascii: "u")) else { throw fault }
        let trail = try self.code()
        guard UTF16.isTrailSurrogate(trail),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(code - 0xD800) << 10 | UInt32(trail - 0xDC00)))
        else { throw fault }
        return scalar
    }

    private mutating func code() throws(MalformedJSON) -> UInt16 {
        let digits = bytes[position...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
            let code = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw fault }
        position += 4
        return code
    }
}

/// The text is not JSON, or exceeds a limit for JSON.
package struct MalformedJSON: Error, Equatable {
    /// The kind of error.
    package enum Reason: Equatable, Sendable {
        /// The text is not JSON (RFC 8259), or an object has a repeated name.
        case syntax
        /// Arrays and objects are nested deeper than `JSONValue.maxDepth`.
        case tooDeep
        /// A member name is longer than `JSONValue.maxNameBytes`.
        case nameTooLong
        /// A name or a string has more than 30 combining marks in a row (UAX #15 §13).
        case tooManyMarks
    }

    package let reason: Reason
    /// The position of the error in bytes from the start.
    package let offset: Int
}
