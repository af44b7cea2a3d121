package import JWTKit

/// The claims of a token that portraitd reads, RFC 7519 §4.1 and RFC 8693 §4.2. Times are seconds since 1970.
package struct TokenClaims: JWTPayload {
    package var sub: String?
    package var iss: String?
    package var aud: Audience?
    package var exp: Double?
    package var nbf: Double?
    /// Scopes, separated by a space.
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

    /// Nothing to do: `TokenVerifier` checks the claims, by a policy that the payload does not know.
    package func verify(using algorithm: some JWTAlgorithm) {}

    /// These claims as a token, signed with a shared secret by HS256.
    package func signed(withSecret secret: String) async throws -> String {
        let keys = await JWTKeyCollection().add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256)
        return try await keys.sign(self)
    }
}
