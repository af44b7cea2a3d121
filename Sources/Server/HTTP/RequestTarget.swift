import ProfileImages

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
            guard let decoded = String(percentDecoding: Substring(segment)) else { return nil }
            segments.append(decoded)
        }
        var query: [QueryItem] = []
        for item in bytes[mark...].dropFirst().split(separator: UInt8(ascii: "&")) {
            let equals = item.firstIndex(of: UInt8(ascii: "=")) ?? item.endIndex
            guard let name = String(percentDecoding: Substring(item[..<equals])),
                let value = String(percentDecoding: Substring(item[equals...].dropFirst()))
            else { return nil }
            query.append(QueryItem(name: name, value: value))
        }
        self.segments = segments
        self.query = query
    }
}
