import Crypto
import FoundationEssentials

/// An HMAC-SHA256 (RFC 2104) by one of the installation's secrets.
struct Signature {
    let code: Data

    init(_ code: Data) {
        self.code = code
    }

    /// Signs `message`.
    init(of message: Data, secret: [UInt8]) {
        code = Data(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: secret)))
    }

    /// Whether one of `secrets` has signed `message`. swift-crypto compares in constant time.
    func isValid(for message: Data, secrets: [[UInt8]]) -> Bool {
        secrets.contains {
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: message, using: SymmetricKey(data: $0))
        }
    }
}

/// Claims with their signature as one text: the JSON of the claims and the signature, both in base64url, with a dot
/// between them.
struct SignedClaims<Claims: Codable> {
    let claims: Claims
    let text: String

    /// Signs `claims`.
    /// - Parameter context: makes the signed message of the claims' text. Different kinds of tokens must never have the
    ///   same message, because the same secret signs them.
    init(_ claims: Claims, secret: [UInt8], context: (String) -> String) throws {
        let json = try JSONEncoder().encode(claims).base64URL
        self.claims = claims
        text = "\(json).\(Signature(of: Data(context(json).utf8), secret: secret).code.base64URL)"
    }

    /// Reads a signed text; nil if none of `secrets` has signed it in this context.
    init?(_ text: Substring, secrets: [[UInt8]], context: (String) -> String) {
        let parts = text.split(separator: "." as Character, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let code = Data(base64URL: Array(parts[1].utf8)[...]),
            Signature(code).isValid(for: Data(context(parts[0]).utf8), secrets: secrets),
            let json = Data(base64URL: Array(parts[0].utf8)[...]),
            let claims = try? JSONDecoder().decode(Claims.self, from: json)
        else { return nil }
        self.claims = claims
        self.text = String(text)
    }
}
