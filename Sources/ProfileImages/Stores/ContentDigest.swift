import Crypto

/// What a file's bytes are recognised by: their SHA-256, in lower-case hexadecimal digits.
package struct ContentDigest: RawRepresentable, Hashable, Codable, Sendable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package init(of bytes: [UInt8]) {
        rawValue = SHA256.hash(data: bytes).map(\.hexadecimal).joined()
    }
}
