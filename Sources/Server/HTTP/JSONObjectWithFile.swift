import Bytes
import FoundationEssentials
import ProfileImages

/// A JSON object in a request that contains a file as the text of one member.
struct JSONObjectWithFile {
    /// All other members.
    var members: JSONObjectReader
    /// The member's text, in the memory of the request body; nil if the member is absent or not a string. Its escapes
    /// are decoded: the text of a file has only ASCII characters.
    private var text: [UInt8]?

    /// - Throws: a `CodedError` that is answered 400.
    init(_ body: consuming [UInt8], file name: String) throws(CodedError) {
        guard let range = try Self.text(of: name, in: body) else {
            members = try Self.members(body)
            text = nil
            return
        }
        members = try Self.members(Array(body[..<range.lowerBound] + body[range.upperBound...]))
        _ = members.value(name)
        body.removeSubrange(range.upperBound...)
        body.removeSubrange(..<range.lowerBound)
        guard body.undoJSONEscapes() else { throw .badMember(name, "must be Base64") }
        text = body
    }

    /// Returns the text and gives up its ownership, so that the caller can change it without a copy.
    mutating func takeText() -> [UInt8]? {
        text.take()
    }

    private static func text(of name: String, in body: [UInt8]) throws(CodedError) -> Range<Int>? {
        var file: JSONMembers.Member?
        for member in JSONMembers(body) {
            // The bound is checked before the name is compared, because there may be a million members.
            guard member.name.upperBound - (file?.text?.count ?? 0) <= Request.maxJSONBytes else { throw tooMuch }
            guard isCalled(name, body[member.name]) else { continue }
            guard file == nil else { throw .badMember(name, "occurs twice") }
            file = member
        }
        return file?.text
    }

    private static func isCalled(_ name: String, _ text: ArraySlice<UInt8>) -> Bool {
        guard text.contains(UInt8(ascii: "\\")) else { return text.dropFirst().dropLast().elementsEqual(name.utf8) }
        // Each byte of an ASCII name takes at most six bytes: \u0041.
        guard text.count <= 6 * name.utf8.count + 2 else { return false }
        return (try? JSONDecoder().decode(String.self, from: Data(text)))?.utf8.elementsEqual(name.utf8) == true
    }

    private static func members(_ bytes: [UInt8]) throws(CodedError) -> JSONObjectReader {
        guard bytes.count <= Request.maxJSONBytes else { throw tooMuch }
        return try JSONObjectReader(bytes)
    }

    private static let tooMuch = CodedError(
        .malformed,
        code: "bad-json",
        "The body is not a JSON object with at most \(Request.maxJSONBytes) bytes besides the file.",
        limit: Request.maxJSONBytes
    )
}

extension [UInt8] {
    /// Decodes the escapes of a JSON string, RFC 8259 §7, in place.
    /// - Returns: false if an escape is malformed, or its character is not printable ASCII.
    fileprivate mutating func undoJSONEscapes() -> Bool {
        guard var read = firstIndex(of: UInt8(ascii: "\\")) else { return true }
        var write = read
        while read < count {
            guard let (byte, length) = jsonCharacter(at: read) else { return false }
            self[write] = byte
            (read, write) = (read + length, write + 1)
        }
        removeSubrange(write...)
        return true
    }

    /// Returns the character at `index`, and its length in bytes.
    private func jsonCharacter(at index: Int) -> (UInt8, Int)? {
        guard self[index] == UInt8(ascii: "\\") else { return (self[index], 1) }
        let escape = self[(index + 1)...].prefix(5)
        switch escape.first {
        case UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: "\""): return (self[index + 1], 2)
        case UInt8(ascii: "u"):
            let digits = escape.dropFirst()
            guard digits.count == 4, digits.allSatisfy({ UnicodeScalar($0).properties.isASCIIHexDigit }),
                let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 16), (0x20...0x7E).contains(code)
            else { return nil }
            return (code, 6)
        default: return nil
        }
    }
}

/// Iterates over the members of a JSON object, RFC 8259 §4, without decoding them: one member may be as long as a file.
///
/// It finds all members of a valid object. The decoder checks later whether the object is valid.
struct JSONMembers: Sequence, IteratorProtocol {
    /// The position of a member.
    struct Member {
        /// Includes the quotation marks.
        let name: Range<Int>
        /// Excludes the quotation marks; nil if the value is not a string.
        let text: Range<Int>?
    }

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Returns the next member; nil at the end, or at a malformed member.
    mutating func next() -> Member? {
        guard skip(position == 0 ? UInt8(ascii: "{") : UInt8(ascii: ",")), let name = text(),
            skip(UInt8(ascii: ":"))
        else { return nil }
        let text = text()
        skipValue()
        return Member(name: (name.lowerBound - 1)..<(name.upperBound + 1), text: text)
    }

    /// Skips `byte` if it comes next.
    private mutating func skip(_ byte: UInt8) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    /// RFC 8259 §2: white space.
    private mutating func skipSpace() {
        while position < bytes.count, " \t\n\r".utf8.contains(bytes[position]) { position += 1 }
    }

    /// Skips a string if it comes next, and returns its position without the quotation marks.
    private mutating func text() -> Range<Int>? {
        guard skip(UInt8(ascii: "\"")) else { return nil }
        let start = position
        while let end = bytes[position...].firstIndex(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
            position = end + 1
            if bytes[end] == UInt8(ascii: "\"") { return start..<end }
            position = Swift.min(position + 1, bytes.count)
        }
        position = bytes.count
        return nil
    }

    /// Skips the rest of the current value, or the next value.
    private mutating func skipValue() {
        var depth = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                _ = text()
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ","):
                if depth == 0 { return }
                if bytes[position] != UInt8(ascii: ",") { depth -= 1 }
            default: break
            }
            position += 1
        }
    }
}
