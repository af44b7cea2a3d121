/// The name of one media item: 128 random bits, written as 32 lower-case hexadecimal digits.
///
/// Every upload gets a new one, so that the URL of an image is unguessable and its bytes never change.
package struct MediaID: RawRepresentable, Hashable, Codable, Sendable {
    package let rawValue: String

    /// Returns nil when `rawValue` is not 32 lower-case hexadecimal digits.
    package init?(rawValue: String) {
        guard rawValue.utf8.count == 32, rawValue.utf8.allSatisfy(Self.isLowerCaseHexDigit) else { return nil }
        self.rawValue = rawValue
    }

    /// A new identifier from the system's cryptographic random number generator.
    package static func random() -> Self {
        Self(bits: .random(in: .min ... .max))
    }

    private init(bits: UInt128) {
        rawValue = bits.hexadecimal
    }

    private static func isLowerCaseHexDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
