import FoundationEssentials
import JWTKit
import ProfileImages
package import Threads

/// Verifies JSON Web Tokens, RFC 7519, in the compact serialization of RFC 7515.
///
/// JWTKit verifies the signatures. Its header type is not used, because it traps on a number like `1e300`: one request
/// could end the process.
package struct TokenVerifier: Sendable {
    private struct Header: Decodable {
        let alg: String
        let kid: String?
        let hasCrit: Bool

        private enum CodingKeys: CodingKey {
            case alg, kid, crit
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            alg = try container.decode(String.self, forKey: .alg)
            kid = try container.decodeIfPresent(String.self, forKey: .kid)
            hasCrit = container.contains(.crit)
        }
    }

    private let keys: Reloadable<TokenKeys>
    private let policy: TokenPolicy

    package init(keys: Reloadable<TokenKeys>, policy: TokenPolicy) {
        self.keys = keys
        self.policy = policy
    }

    /// Returns the user of a valid token.
    func principal(provenBy token: String, now: Date = .now) throws(TokenError) -> Principal {
        let claims = try claims(provenBy: token, now: now)
        guard let user = claims.sub.flatMap(UserID.init(rawValue:)) else { throw .invalidSubject }
        let scopes = (claims.scope ?? "").split(separator: " ").map { Scope(rawValue: String($0)) }
        return .user(user, Set(scopes))
    }

    /// Returns the claims of a valid token, whether or not it names a user.
    func claims(provenBy token: String, now: Date = .now) throws(TokenError) -> TokenClaims {
        // One snapshot of the keys is used to the end, so that the verified token is cached with the keys that verified
        // it.
        let current = keys.value
        let claims = try current.verified.claims(of: token) { (token) throws(TokenError) in
            try verifiedClaims(of: token, by: current.keys)
        }
        try check(claims, now: now.timeIntervalSince1970)
        return claims
    }

    private func verifiedClaims(of token: [UInt8], by keys: [VerificationKey]) throws(TokenError) -> TokenClaims {
        let parts = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let signature = Data(base64URL: parts[2]) else { throw .malformed }
        let header: Header = try decode(parts[0])
        // RFC 7515 §4.1.11: no critical extension is supported. `null` is not a list of extensions, and is refused too.
        guard !header.hasCrit else { throw .malformed }
        let key = try key(for: header, among: keys)
        let signingInput = Array(parts[0] + [UInt8(ascii: ".")] + parts[1])
        guard (try? key.algorithm.verify(signature, signs: signingInput)) == true else { throw .invalidSignature }
        return try decode(parts[1])
    }

    /// Returns the key that the token names. Without `kid` exactly one key must have the token's algorithm.
    private func key(for header: Header, among keys: [VerificationKey]) throws(TokenError) -> VerificationKey {
        guard policy.algorithm.map({ $0 == header.alg }) ?? true else { throw .wrongAlgorithm }
        if let kid = header.kid {
            let named = keys.filter { $0.id.map { isSame($0, kid) } == true }
            guard !named.isEmpty else { throw .unknownKey }
            guard let key = named.first(where: { $0.algorithm.name == header.alg }) else { throw .wrongAlgorithm }
            return key
        }
        guard !policy.requiresKeyID else { throw .unknownKey }
        let candidates = keys.filter { $0.algorithm.name == header.alg }
        guard candidates.count == 1 else { throw .unknownKey }
        return candidates[0]
    }

    private func check(_ claims: TokenClaims, now: Double) throws(TokenError) {
        let leeway = Double(policy.leeway)
        guard claims.exp.map({ now < $0 + leeway }) ?? !policy.requiresExpiry else { throw .expired }
        if let notBefore = claims.nbf, now < notBefore - leeway { throw .notYetValid }
        if let issuer = policy.issuer, claims.iss.map({ isSame($0, issuer) }) != true { throw .wrongIssuer }
        if let audience = policy.audience, claims.aud?.names.contains(where: { isSame($0, audience) }) != true {
            throw .wrongAudience
        }
    }

    /// RFC 7519 §2, StringOrURI: compared byte for byte, without Unicode normalization.
    private func isSame(_ one: String, _ other: String) -> Bool {
        one.utf8.elementsEqual(other.utf8)
    }

    private func decode<Value: Decodable>(_ part: ArraySlice<UInt8>) throws(TokenError) -> Value {
        // The token may be hostile, and JSONDecoder keeps names in dictionaries. `JSONValue` checks its bounds first.
        guard let data = Data(base64URL: part), (try? JSONValue(untrusted: Array(data))) != nil,
            let value = try? JSONDecoder().decode(Value.self, from: data)
        else { throw .malformed }
        return value
    }
}

/// The required claims of a token.
package struct TokenPolicy: Equatable, Sendable {
    /// The only accepted `iss`; nil accepts any.
    package let issuer: String?
    /// The name that `aud` must contain; nil accepts any.
    package let audience: String?
    /// The tolerated difference of the issuer's clock, in seconds.
    package let leeway: Int
    /// Whether a token must have an `exp`.
    package let requiresExpiry: Bool
    /// Whether a token must have a `kid`.
    package let requiresKeyID: Bool
    /// The only accepted algorithm; nil accepts the algorithms of all keys.
    package let algorithm: String?

    package init(
        issuer: String?,
        audience: String?,
        leeway: Int,
        requiresExpiry: Bool = true,
        requiresKeyID: Bool = false,
        algorithm: String? = nil
    ) {
        self.issuer = issuer
        self.audience = audience
        self.leeway = leeway
        self.requiresExpiry = requiresExpiry
        self.requiresKeyID = requiresKeyID
        self.algorithm = algorithm
    }
}

/// The reason why a bearer token is refused. The text is for the client's developer: it names the claim, never its
/// value.
enum TokenError: Error, Equatable {
    case malformed
    case unknownKey
    case wrongAlgorithm
    case invalidSignature
    case expired
    case notYetValid
    case wrongIssuer
    case wrongAudience
    case invalidSubject

    var detail: String {
        switch self {
        case .malformed: "The bearer token is not a JSON Web Token that this server understands."
        case .unknownKey: "No key of this server matches the token's kid and alg."
        case .wrongAlgorithm: "The token's alg is not the algorithm of its key."
        case .invalidSignature: "The token's signature does not verify."
        case .expired: "The token has expired, or has no exp."
        case .notYetValid: "The token is not valid yet (nbf)."
        case .wrongIssuer: "The token's iss is not the expected issuer."
        case .wrongAudience: "The token's aud does not name this server."
        case .invalidSubject: "The token's sub is not a user identifier of 1 to 255 bytes without control characters."
        }
    }
}
