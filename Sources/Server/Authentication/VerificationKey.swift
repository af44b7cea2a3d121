import JWTKit

/// A key that tokens are verified with. The key fixes the algorithm, RFC 8725 §3.1: the token has no say in it.
package struct VerificationKey: Sendable {
    /// The `kid` that tokens name it by, if it has one.
    let id: String?
    let algorithm: any JWTAlgorithm

    /// The key for a secret that is shared with the issuer: HS256.
    package static func sharedSecret(_ secret: String) async throws -> VerificationKey {
        let collection = await JWTKeyCollection().add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256)
        return VerificationKey(id: nil, algorithm: try await collection.getKey())
    }

    /// The key for one member of a JSON Web Key Set; nil when it is of a kind that cannot verify a token of ours.
    init?(_ jwk: JWK) async throws {
        guard let algorithm = jwk.algorithm ?? Self.defaultAlgorithm(of: jwk) else { return nil }
        var key = jwk
        key.algorithm = algorithm
        // JWTKit finds a key only by its identifier.
        key.keyIdentifier = "key"
        // What a private key has beyond the public one is of no use here, and JWTKit would compute with it.
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

    /// RFC 7517 §4.4 leaves `alg` optional; these are the algorithms that such keys are used with.
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
