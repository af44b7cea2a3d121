import Crypto
import FoundationEssentials
import ProfileImages

/// What an application is given for its API key, RFC 6749 §4.4: the key's identifier and a time, and their HMAC-SHA256.
///
/// It proves no more than the key, and nothing any more once that is revoked. A JSON Web Token would look like those of users.
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
        let text = try JSONEncoder().encode(claims).base64URL
        let code = HMAC<SHA256>.authenticationCode(for: Self.signed(text), using: SymmetricKey(data: secret))
        rawValue = "\(Self.prefix)\(text).\(Data(code).base64URL)"
    }

    /// Returns nil when `rawValue` does not begin as one does.
    init?(rawValue: String) {
        guard rawValue.hasPrefix(Self.prefix) else { return nil }
        self.rawValue = rawValue
    }

    /// The key that it was given for; nil unless one of `secrets` has signed it and its time is not over.
    func keyID(secrets: [[UInt8]], now: Date = .now) -> String? {
        let parts = rawValue.dropFirst(Self.prefix.count).split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let code = Data(base64URL: Array(parts[1].utf8)[...]) else { return nil }
        let text = String(parts[0])
        let isSigned = secrets.contains {
            HMAC<SHA256>.isValidAuthenticationCode(
                code,
                authenticating: Self.signed(text),
                using: SymmetricKey(data: $0)
            )
        }
        guard isSigned, let json = Data(base64URL: Array(text.utf8)[...]),
            let claims = try? JSONDecoder().decode(Claims.self, from: json),
            now.timeIntervalSince1970 < Double(claims.exp)
        else { return nil }
        return claims.key
    }

    /// The same secret signs URLs of uploads, whose text begins with a brace in Base64.
    private static func signed(_ text: String) -> Data {
        Data("access token \(text)".utf8)
    }
}
