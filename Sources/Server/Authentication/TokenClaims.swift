package import JWTKit

/// The claims that portraitd reads from a token, RFC 7519 §4.1 and RFC 8693 §4.2. Times are seconds since 1970.
package struct TokenClaims: JWTPayload {
    package var sub: String?
    package var iss: String?
    package var aud: Audience?
    package var exp: Double?
    package var nbf: Double?
    /// Scopes, separated by spaces.
    package var scope: String?

    package init(
        sub: String? = nil,
        iss: String? = nil,
        aud: Audience? = nil,
        exp: Double? = nil,
        nbf: Double? = nil,
        scope: String? = nil
    ) {
        self.sub = sub
        self.iss = iss
        self.aud = aud
        self.exp = exp
        self.nbf = nbf
        self.scope = scope
    }

    /// Does nothing: `TokenVerifier` checks the claims against its policy.
    package func verify(using algorithm: some JWTAlgorithm) {}

    /// Returns these claims as a token that is signed with a shared secret, HS256.
    package func signed(withSecret secret: String) async throws -> String {
        let keys = await JWTKeyCollection().add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256)
        return try await keys.sign(self)
    }
}

/// The `aud` claim, RFC 7519 §4.1.3: one name or a list of names.
///
/// JWTKit's own type traps on an empty list.
package struct Audience: Codable, Equatable, Sendable {
    package let names: [String]

    package init(_ name: String) {
        names = [name]
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        names = try (try? [container.decode(String.self)]) ?? container.decode([String].self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(names)
    }
}
