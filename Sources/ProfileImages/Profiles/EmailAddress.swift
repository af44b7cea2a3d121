import Bytes
import Crypto
import FoundationEssentials

/// An e-mail address, trimmed and in lower case.
package struct EmailAddress: RawRepresentable, Hashable, Codable, Sendable {
    /// RFC 5321 §4.5.3.1.3: a path has at most 256 bytes, including its two angle brackets.
    package static let maxBytes = 254

    package let rawValue: String

    /// Returns nil unless `rawValue` has a local part and a domain around one `@`, and no spaces or control characters.
    /// Further checks are useless: only a message can show whether an address works.
    package init?(rawValue: String) {
        let trimmed = rawValue.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()
        let address = String(trimmed).lowercased()
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard address.utf8.count <= Self.maxBytes, parts.count == 2, parts.allSatisfy({ !$0.isEmpty }),
            !address.unicodeScalars.contains(where: Self.isForbidden)
        else { return nil }
        self.rawValue = address
    }

    /// The MD5 by which Gravatar and Libravatar identify the address, as lower-case hexadecimal digits.
    package var md5: String {
        Self.hexadecimal(Insecure.MD5.hash(data: Data(rawValue.utf8)))
    }

    /// The SHA-256 by which they identify the address now, as lower-case hexadecimal digits.
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

/// The digest by which Gravatar and Libravatar identify an e-mail address in URLs.
package enum EmailDigest: Hashable, Sendable {
    /// 32 hexadecimal digits.
    case md5(String)
    /// 64 hexadecimal digits.
    case sha256(String)

    /// Returns nil unless `digits` consists of 32 or 64 hexadecimal digits, in upper or lower case.
    package init?(_ digits: String) {
        guard digits.utf8.allSatisfy({ UnicodeScalar($0).properties.isASCIIHexDigit }) else { return nil }
        switch digits.utf8.count {
        case 32: self = .md5(digits.lowercased())
        case 64: self = .sha256(digits.lowercased())
        default: return nil
        }
    }
}
