import HTTPTypes

extension Request {
    /// The trace that the request belongs to: 32 hexadecimal digits of `traceparent`, W3C Trace Context §3.2. Nil when it has none,
    /// or one that is malformed.
    var traceID: Substring? {
        guard let parts = head.headerFields[.traceparent]?.split(separator: "-", omittingEmptySubsequences: false),
            parts.count >= 4,
            zip([2, 32, 16, 2], parts).allSatisfy({ $1.utf8.count == $0 && $1.isLowerCaseHexadecimal }),
            parts[0] != "ff", parts[0] != "00" || parts.count == 4, parts[1].contains(where: { $0 != "0" })
        else { return nil }
        return parts[1]
    }
}

extension Substring {
    fileprivate var isLowerCaseHexadecimal: Bool {
        utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
        }
    }
}
