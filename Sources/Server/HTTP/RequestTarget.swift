import Bytes
import ProfileImages

/// A request target in origin form, RFC 9112 §3.2.1: the path, split into segments, and the query.
///
/// The path is split before percent-decoding, so that `%2F` in a user's identifier does not end the segment.
package struct RequestTarget: Equatable, Sendable {
    /// The decoded segments of the path: `users` and `auth0|u1` for `/users/auth0%7Cu1`.
    package let segments: [String]
    /// The decoded names and values of the query, in order.
    package let query: [QueryItem]

    /// One `name=value` in a query.
    package struct QueryItem: Equatable, Sendable {
        package let name: String
        package let value: String
    }

    /// Returns nil if `rawValue` does not begin with a slash, or contains malformed percent-encoding, invalid UTF-8, or
    /// more than 30 combining marks in a row.
    package init?(rawValue: String) {
        // Works on bytes, because a separator and a combining mark together are another `Character`.
        let bytes = rawValue.utf8
        // FastCGI writes U+FFFD for bytes that are not UTF-8.
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

/// The fields of an `application/x-www-form-urlencoded` body, url.spec.whatwg.org §5.1.
struct FormFields: Equatable {
    /// The first value of each name.
    let values: [String: String]

    /// An invalid form, or one with over 30 combining marks in a row, has no fields.
    init(_ body: [UInt8]) {
        // Works on bytes, because a plus sign and a combining mark together are another `Character`.
        let parts = body.split(separator: UInt8(ascii: "+"), omittingEmptySubsequences: false)
        let text = String(decoding: Array(parts.joined(separator: "%20".utf8)), as: UTF8.self)
        let items = RequestTarget(rawValue: "/?\(text)")?.query ?? []
        values = Dictionary(items.map { ($0.name, $0.value) }) { first, _ in first }
    }
}
