/// Walks the members of a JSON object, RFC 8259 §4, without decoding them: one may be as long as a file.
///
/// It finds them in any sound object. Whether an object is sound it leaves to the decoder.
struct JSONMembers: Sequence, IteratorProtocol {
    /// Where a member lies.
    struct Member {
        /// With the quotation marks.
        let name: Range<Int>
        /// Without them; nil when the value is no text.
        let text: Range<Int>?
    }

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The next member, or nil at the end, or where there is no sound one.
    mutating func next() -> Member? {
        guard skip(position == 0 ? UInt8(ascii: "{") : UInt8(ascii: ",")), let name = text(),
            skip(UInt8(ascii: ":"))
        else { return nil }
        let text = text()
        skipValue()
        return Member(name: (name.lowerBound - 1)..<(name.upperBound + 1), text: text)
    }

    /// Steps over `byte` if it comes next.
    private mutating func skip(_ byte: UInt8) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    /// RFC 8259 §2.
    private mutating func skipSpace() {
        while position < bytes.count, " \t\n\r".utf8.contains(bytes[position]) { position += 1 }
    }

    /// Steps over a text if one comes next.
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

    /// Steps to the end of the value that comes next, or has begun.
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
