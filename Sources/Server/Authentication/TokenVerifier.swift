import FoundationEssentials
import JWTKit
import ProfileImages
package import Threads

/// Verifies JSON Web Tokens, RFC 7519, in the compact serialization of RFC 7515.
///
/// The signatures are JWTKit's work. Its own header type is not used: it traps on a number like `1e300`, and so anybody
/// could end the process with one request.
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

    /// The principal that `token` proves.
    func principal(provenBy token: String, now: Date = .now) throws(TokenError) -> Principal {
        let claims = try claims(provenBy: token, now: now)
        guard let user = claims.sub.flatMap(UserID.init(rawValue:)) else { throw .invalidSubject }
        let scopes = (claims.scope ?? "").split(separator: " ").map { Scope(rawValue: String($0)) }
        return .user(user, Set(scopes))
    }

    /// What `token` proves, of whomever.
    func claims(provenBy token: String, now: Date = .now) throws(TokenError) -> TokenClaims {
        // The keys of this moment, to the end: what is verified now is remembered with them, and forgotten with them.
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
        // RFC 7515 §4.1.11: we understand no critical extension, and null is not a list of them.
        guard !header.hasCrit else { throw .malformed }
        let key = try key(for: header, among: keys)
        let signingInput = Array(parts[0] + [UInt8(ascii: ".")] + parts[1])
        guard (try? key.algorithm.verify(signature, signs: signingInput)) == true else { throw .invalidSignature }
        return try decode(parts[1])
    }

    /// The key that the token names. Without `kid` there must be only one key for the token's algorithm.
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

    /// RFC 7519 §2, StringOrURI: compared as they are, without Unicode's canonical equivalence.
    private func isSame(_ one: String, _ other: String) -> Bool {
        one.utf8.elementsEqual(other.utf8)
    }

    private func decode<Value: Decodable>(_ part: ArraySlice<UInt8>) throws(TokenError) -> Value {
        // A token is not verified yet, and JSONDecoder keeps names in dictionaries: they are bounded first.
        guard let data = Data(base64URL: part), (try? JSONValue(untrusted: Array(data))) != nil,
            let value = try? JSONDecoder().decode(Value.self, from: data)
        else { throw .malformed }
        return value
    }
}
