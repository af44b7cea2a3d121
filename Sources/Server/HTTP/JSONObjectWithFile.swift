import FoundationEssentials
import ProfileImages

/// A JSON object in a request, with a file as the text of one of its members.
struct JSONObjectWithFile {
    /// All other members.
    var members: JSONObjectReader
    /// The member's text, in the memory in which the request came; nil when there is no such member, or it is no text.
    /// An escape in it stands for an ASCII character: no other is in a file's text.
    private var text: [UInt8]?

    /// - Throws: a problem with status 400.
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

    /// The text, handed over: whoever changes it would copy it otherwise.
    mutating func takeText() -> [UInt8]? {
        text.take()
    }

    private static func text(of name: String, in body: [UInt8]) throws(CodedError) -> Range<Int>? {
        var file: JSONMembers.Member?
        for member in JSONMembers(body) {
            // Before its name is looked at: there may be a million.
            guard member.name.upperBound - (file?.text?.count ?? 0) <= Request.maxJSONBytes else { throw tooMuch }
            guard isCalled(name, body[member.name]) else { continue }
            guard file == nil else { throw .badMember(name, "is there twice") }
            file = member
        }
        return file?.text
    }

    private static func isCalled(_ name: String, _ text: ArraySlice<UInt8>) -> Bool {
        guard text.contains(UInt8(ascii: "\\")) else { return text.dropFirst().dropLast().elementsEqual(name.utf8) }
        // Each byte of an ASCII name takes six at most, as \u0041.
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
        "The body is no JSON object with at most \(Request.maxJSONBytes) bytes beside a file.",
        limit: Request.maxJSONBytes
    )
}

extension [UInt8] {
    /// Undoes the escapes of a JSON text, RFC 8259 §7, in place.
    /// - Returns: false where an escape is malformed, or stands for a character that is not ASCII or not printable.
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

    /// The character that begins at `index`, and how many bytes it is written in.
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
