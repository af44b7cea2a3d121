import Bytes
import Crypto
package import FoundationEssentials
package import ProfileImages

/// An API key as an application sends it: `portraitd_<id>_<secret>`, or with the prefix of a dialect.
///
/// The identifier finds the stored key; the SHA-256 of the whole text proves it. A plain digest is enough, because a
/// secret of 256 random bits cannot be guessed.
package struct APIKeyToken: Sendable {
    /// Distinguishes API keys from JSON Web Tokens, and lets secret scanners find leaked keys.
    package static let ownPrefix = "portraitd_"

    package let id: String
    /// The whole key. It is shown once, and never stored or logged.
    package let rawValue: String

    /// Creates a key with the system's cryptographic random number generator.
    package static func random(prefix: String = ownPrefix) -> APIKeyToken {
        let id = UInt64.random(in: .min ... .max).hexadecimal
        let secret = (0..<2).map { _ in UInt128.random(in: .min ... .max).hexadecimal }.joined()
        return APIKeyToken(id: id, rawValue: "\(prefix)\(id)_\(secret)")
    }

    /// Returns nil if `rawValue` does not begin with `prefix`.
    init?(rawValue: String, prefix: String = ownPrefix) {
        guard rawValue.hasPrefix(prefix) else { return nil }
        self.init(id: String(rawValue.dropFirst(prefix.count).prefix { $0 != "_" }), rawValue: rawValue)
    }

    private init(id: String, rawValue: String) {
        self.id = id
        self.rawValue = rawValue
    }

    /// Returns the key in its stored form.
    package func stored(name: String, scopes: Set<Scope>, createdAt: Date) -> APIKey {
        let digest = SHA256.hash(data: Array(rawValue.utf8))
        return APIKey(id: id, name: name, scopes: scopes, digest: Array(digest), createdAt: createdAt)
    }

    /// Whether `stored` was made from this key. swift-crypto compares digests in constant time.
    func matches(_ stored: APIKey) -> Bool {
        SHA256.hash(data: Array(rawValue.utf8)) == Data(stored.digest)
    }
}

/// An access token that an application gets for its API key, RFC 6749 §4.4: the key's identifier and an expiry time,
/// with an HMAC-SHA256.
///
/// The token grants no more than the key, and becomes invalid when the key is revoked. It is not a JSON Web Token, so
/// that it cannot be confused with a user's token.
struct AccessToken {
    private struct Claims: Codable {
        let key: String
        let exp: Int64
    }

    static let lifetime = 86_400
    private static let prefix = "portraitd-access_"

    let rawValue: String

    init(keyID: String, secret: [UInt8], now: Date = .now) throws {
        let claims = Claims(key: keyID, exp: Int64(now.timeIntervalSince1970) + Int64(Self.lifetime))
        rawValue = Self.prefix + (try SignedClaims(claims, secret: secret, context: Self.context).text)
    }

    /// Returns nil if `rawValue` does not begin with the prefix.
    init?(rawValue: String) {
        guard rawValue.hasPrefix(Self.prefix) else { return nil }
        self.rawValue = rawValue
    }

    /// Returns the identifier of the API key; nil if none of `secrets` has signed the token, or if it has expired.
    func keyID(secrets: [[UInt8]], now: Date = .now) -> String? {
        let text = rawValue.dropFirst(Self.prefix.count)
        guard let claims = SignedClaims<Claims>(text, secrets: secrets, context: Self.context)?.claims,
            now.timeIntervalSince1970 < Double(claims.exp)
        else { return nil }
        return claims.key
    }

    /// The prefix separates access tokens from upload tickets, which the same secret signs: the text of a ticket begins
    /// with the Base64 of a brace.
    private static func context(_ text: String) -> String {
        "access token \(text)"
    }
}
