import Crypto
package import FoundationEssentials
package import ProfileImages

/// An API key as the application holds it: `portraitd_<id>_<secret>`, or with the prefix of a dialect.
///
/// The identifier finds the stored key; the whole text's SHA-256 proves it. A plain digest is enough for a secret of 256
/// random bits: there is nothing to guess.
package struct APIKeyToken: Sendable {
    /// Tells API keys from JSON Web Tokens, and lets secret scanners find leaked ones.
    package static let ownPrefix = "portraitd_"

    package let id: String
    /// The whole key. It is shown once, and never stored or logged.
    package let rawValue: String

    /// A new key from the system's cryptographic random number generator.
    package static func random(prefix: String = ownPrefix) -> APIKeyToken {
        let id = UInt64.random(in: .min ... .max).hexadecimal
        let secret = (0..<2).map { _ in UInt128.random(in: .min ... .max).hexadecimal }.joined()
        return APIKeyToken(id: id, rawValue: "\(prefix)\(id)_\(secret)")
    }

    /// Returns nil when `rawValue` does not begin as an API key does.
    init?(rawValue: String, prefix: String = ownPrefix) {
        guard rawValue.hasPrefix(prefix) else { return nil }
        self.init(id: String(rawValue.dropFirst(prefix.count).prefix { $0 != "_" }), rawValue: rawValue)
    }

    private init(id: String, rawValue: String) {
        self.id = id
        self.rawValue = rawValue
    }

    /// The key as it is kept.
    package func stored(name: String, scopes: Set<Scope>, createdAt: Date) -> APIKey {
        let digest = SHA256.hash(data: Array(rawValue.utf8))
        return APIKey(id: id, name: name, scopes: scopes, digest: Array(digest), createdAt: createdAt)
    }

    /// Whether this is the key that `stored` was made from; swift-crypto compares digests in constant time.
    func matches(_ stored: APIKey) -> Bool {
        SHA256.hash(data: Array(rawValue.utf8)) == Data(stored.digest)
    }
}
