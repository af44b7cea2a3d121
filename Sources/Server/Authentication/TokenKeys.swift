package import FoundationEssentials
import JWTKit
import Synchronization

/// The keys that verify tokens, and a cache of the tokens that they have verified. Replacing the keys also drops the
/// cache.
package struct TokenKeys: Sendable {
    let keys: [VerificationKey]
    let verified = VerifiedTokens()

    package init(_ keys: [VerificationKey]) {
        self.keys = keys
    }
}

/// A key that verifies tokens. The key determines the algorithm, not the token: RFC 8725 §3.1.
package struct VerificationKey: Sendable {
    /// The `kid` of the key; nil if it has none.
    let id: String?
    let algorithm: any JWTAlgorithm

    /// Returns the key for a secret that is shared with the issuer: HS256.
    package static func sharedSecret(_ secret: String) async throws -> VerificationKey {
        let collection = await JWTKeyCollection().add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256)
        return VerificationKey(id: nil, algorithm: try await collection.getKey())
    }

    /// The key of one member of a JSON Web Key Set. Returns nil if its kind cannot verify tokens here.
    init?(_ jwk: JWK) async throws {
        guard let algorithm = jwk.algorithm ?? Self.defaultAlgorithm(of: jwk) else { return nil }
        var key = jwk
        key.algorithm = algorithm
        // JWTKit finds a key only by its identifier.
        key.keyIdentifier = "key"
        // The private parts of a key are removed: verification does not need them, and JWTKit would compute with them.
        (key.privateExponent, key.prime1, key.prime2) = (nil, nil, nil)
        let collection = try await JWTKeyCollection().add(jwk: key)
        self.init(
            id: jwk.keyIdentifier?.string,
            algorithm: try await collection.getKey(for: "key", alg: algorithm.rawValue)
        )
    }

    private init(id: String?, algorithm: any JWTAlgorithm) {
        self.id = id
        self.algorithm = algorithm
    }

    /// RFC 7517 §4.4: `alg` is optional. These are the usual algorithms of such keys.
    private static func defaultAlgorithm(of jwk: JWK) -> JWK.Algorithm? {
        switch (jwk.keyType, jwk.curve?.rawValue) {
        case (.rsa, _): .rs256
        case (.ecdsa, "P-256"): .es256
        case (.ecdsa, "P-384"): .es384
        case (.ecdsa, "P-521"): .es512
        case (.octetKeyPair, _): .eddsa
        default: nil
        }
    }
}

/// A JSON Web Key Set, RFC 7517 §5.
package struct JSONWebKeySet: Sendable {
    /// A member of the set; its kind may be unknown.
    private struct Member: Decodable {
        let key: JWK?

        init(from decoder: any Decoder) throws {
            // RFC 7517 §5: an unknown kind of key is ignored; it is not an error.
            key = try? JWK(from: decoder)
        }
    }

    private struct Document: Decodable {
        let keys: [Member]
    }

    private let keys: [JWK]

    /// - Throws: `DecodingError` if `data` is not a key set.
    package init(_ data: Data) throws {
        keys = try JSONDecoder().decode(Document.self, from: data).keys.compactMap(\.key)
    }

    /// Returns the keys that can verify tokens. Keys with a wrong size, or with a point that is not on the curve, are
    /// left out like unknown kinds.
    package func verificationKeys() async -> [VerificationKey] {
        var result: [VerificationKey] = []
        for key in keys {
            if let verificationKey = try? await VerificationKey(key) { result.append(verificationKey) }
        }
        return result
    }
}

/// A cache of verified tokens with their claims. A user sends the same token with every request, and verifying it again
/// costs as much as the rest of a small request. The times in the claims are still checked for each request.
final class VerifiedTokens: Sendable {
    /// At most some megabytes. A full cache is emptied.
    private static let capacity = 10_000

    private let claims = Mutex<[String: TokenClaims]>([:])

    /// Returns the claims of `token`; calls `verify` if they are not in the cache.
    func claims(
        of token: String,
        verify: ([UInt8]) throws(TokenError) -> TokenClaims
    ) throws(TokenError) -> TokenClaims {
        // RFC 7515 §7.1: a token is ASCII. Swift compares other strings by Unicode equivalence, not by bytes.
        for byte in token.utf8 where byte >= 0x80 { throw .malformed }
        if let known = claims.withLock({ $0[token] }) { return known }
        let verified = try verify(Array(token.utf8))
        claims.withLock { claims in
            if claims.count >= Self.capacity { claims.removeAll(keepingCapacity: true) }
            claims[token] = verified
        }
        return verified
    }
}
