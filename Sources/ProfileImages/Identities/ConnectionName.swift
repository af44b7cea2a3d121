/// The name that an application gives to one of its identity providers, such as `google-oauth2`.
package struct ConnectionName: RawRepresentable, Hashable, Sendable {
    package static let maxBytes = 128

    package let rawValue: String

    /// Returns nil unless `rawValue` is 1 to 128 ASCII letters, digits, `-`, `_` and `.`.
    package init?(rawValue: String) {
        guard (1...Self.maxBytes).contains(rawValue.utf8.count), rawValue.utf8.allSatisfy(Self.isAllowed) else {
            return nil
        }
        self.rawValue = rawValue
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-_.".utf8.contains(byte)
        }
    }
}
