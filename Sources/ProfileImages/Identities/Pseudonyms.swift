import Bytes
import Crypto
import FoundationEssentials

/// Pseudonyms replace user identifiers in public URLs and pictures.
///
/// They are keyed hashes (RFC 2104): without the key, it is not possible to test whether a guessed identifier belongs
/// to a pseudonym.
package struct Pseudonyms: Equatable, Sendable {
    /// The algorithm for pseudonyms.
    package enum Kind: String, CaseIterable, Sendable {
        /// Hashes with a key of this installation.
        case keyed
        /// Plain hashes, as in earlier versions, for installations that must keep their URLs and UUIDs.
        case unkeyed
    }

    /// 32 bytes; nil for plain hashes.
    private let key: [UInt8]?

    private init(key: [UInt8]?) {
        self.key = key
    }

    /// - Parameter secret: the installation's secret, of any length; it must never change.
    package init(secret: [UInt8]) {
        // A derived key: other uses of the secret reveal nothing about pseudonyms.
        key = Array(HMAC<SHA256>.authenticationCode(for: Data("portraitd pseudonyms".utf8), using: .init(data: secret)))
    }

    /// Plain hashes, which can be computed without a secret.
    package static let unkeyed = Pseudonyms(key: nil)

    /// The seed for the user's drawn picture: 32 hexadecimal digits. Deterministic.
    package func seed(of user: UserID) -> String {
        let digest =
            key.map { Array(Self.code("seed", user, $0)) }
            ?? Array(SHA256.hash(data: Data("portraitd avatar \(user.rawValue)".utf8)))
        return digest.prefix(16).map(\.hexadecimal).joined()
    }

    /// A UUID for the user: the identifier itself in lower case if it is a UUID, or else a hash of it, RFC 9562 §5.8
    /// (version 8), without a key §5.5 (version 5). Deterministic.
    package func uuid(of user: UserID) -> String {
        if user.isUUID { return user.rawValue.lowercased() }
        if let key { return Self.uuid(Self.code("UUID", user, key), version: 8) }
        return Self.uuid(Insecure.SHA1.hash(data: Self.namespace + Array(user.rawValue.utf8)), version: 5)
    }

    private static func code(_ purpose: String, _ user: UserID, _ key: [UInt8]) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Data("\(purpose) \(user.rawValue)".utf8), using: SymmetricKey(data: key))
    }

    private static func uuid(_ digest: some Sequence<UInt8>, version: UInt8) -> String {
        var bytes = Array(digest.prefix(16))
        bytes[6] = bytes[6] & 0x0F | version << 4
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = bytes.map(\.hexadecimal).joined()
        return groups.map { digits.utf8.dropFirst($0.lowerBound).prefix($0.count) }
            .map { String(Substring($0)) }.joined(separator: "-")
    }

    /// A random namespace UUID: RFC 9562 §6.6.
    private static let namespace: [UInt8] = [
        0x5E, 0x0D, 0x7A, 0x91, 0x3C, 0x46, 0x4F, 0x12, 0x9B, 0x60, 0x2D, 0xE8, 0x71, 0xA4, 0xC5, 0x38,
    ]
    private static let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
}

extension UserID {
    /// Whether the identifier is a UUID with a valid version and variant, RFC 4122 §4.1; clients check both.
    fileprivate var isUUID: Bool {
        let digits = Array(rawValue.utf8)
        guard digits.count == 36, UUID(uuidString: rawValue) != nil else { return false }
        return "12345678".utf8.contains(digits[14]) && "89abAB".utf8.contains(digits[19])
    }
}
