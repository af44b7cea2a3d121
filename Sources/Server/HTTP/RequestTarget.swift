import StreamSafe

/// A request target in origin form, RFC 9112 §3.2.1: the raw path cut into segments, and the query.
///
/// The cut comes before the percent-decoding, so that `%2F` inside a user's identifier does not end the segment.
package struct RequestTarget: Equatable, Sendable {
    /// The decoded segments of the path: `/users/auth0%7Cu1` has `users` and `auth0|u1`.
    package let segments: [String]
    /// The query's decoded names and values, in order.
    package let query: [QueryItem]

    /// One `name=value` of a query.
    package struct QueryItem: Equatable, Sendable {
        package let name: String
        package let value: String
    }

    /// Returns nil when `rawValue` does not begin with a slash, or holds a broken percent-encoding, invalid UTF-8, or more than
    /// 30 combining marks in a row.
    package init?(rawValue: String) {
        // By bytes: a combining mark behind a separator would make another character of both.
        let bytes = rawValue.utf8
        // U+FFFD stands where the FastCGI floor found bytes that are no UTF-8.
        guard bytes.first == UInt8(ascii: "/"), !bytes.contains(0xEF) || !rawValue.unicodeScalars.contains("\u{FFFD}")
        else { return nil }
        let mark = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
        var segments: [String] = []
        for segment in bytes[..<mark].dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        {
            guard let decoded = Self.percentDecoded(Substring(segment)) else { return nil }
            segments.append(decoded)
        }
        var query: [QueryItem] = []
        for item in bytes[mark...].dropFirst().split(separator: UInt8(ascii: "&")) {
            let equals = item.firstIndex(of: UInt8(ascii: "=")) ?? item.endIndex
            guard let name = Self.percentDecoded(Substring(item[..<equals])),
                let value = Self.percentDecoded(Substring(item[equals...].dropFirst()))
            else { return nil }
            query.append(QueryItem(name: name, value: value))
        }
        self.segments = segments
        self.query = query
    }

    /// RFC 3986 §2.1; a plus sign is a plus sign. Nil for text that would take too long to compare.
    private static func percentDecoded(_ text: Substring) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text.isStreamSafe ? String(text) : nil }
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexDigitValue, let low = rest.popFirst()?.hexDigitValue else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self), decoded.isStreamSafe else { return nil }
        return decoded
    }
}

extension UInt8 {
    /// The value of this ASCII character as a hexadecimal digit.
    fileprivate var hexDigitValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
