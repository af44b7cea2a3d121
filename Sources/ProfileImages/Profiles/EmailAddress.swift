import Crypto
import FoundationEssentials

/// An e-mail address as it is kept: trimmed, in lower case.
package struct EmailAddress: RawRepresentable, Hashable, Codable, Sendable {
    /// RFC 5321 §4.5.3.1.3: a path has at most 256 bytes, two of which are its brackets.
    package static let maxBytes = 254

    package let rawValue: String

    /// Returns nil unless `rawValue` has a local part and a domain around one `@`, and neither spaces nor control characters.
    /// No more is checked: whether an address works only a message to it can tell.
    package init?(rawValue: String) {
        let trimmed = rawValue.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()
        let address = String(trimmed).lowercased()
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard address.utf8.count <= Self.maxBytes, parts.count == 2, parts.allSatisfy({ !$0.isEmpty }),
            !address.unicodeScalars.contains(where: Self.isForbidden)
        else { return nil }
        self.rawValue = address
    }

    /// What Gravatar and Libravatar name the address by, as lower-case hexadecimal digits.
    package var md5: String {
        Self.hexadecimal(Insecure.MD5.hash(data: Data(rawValue.utf8)))
    }

    /// The newer name, likewise.
    package var sha256: String {
        Self.hexadecimal(SHA256.hash(data: Data(rawValue.utf8)))
    }

    private static func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
        digest.map(\.hexadecimal).joined()
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || scalar.properties.generalCategory == .control
    }
}
