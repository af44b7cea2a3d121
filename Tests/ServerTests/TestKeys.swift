import Crypto
import CryptoExtras
import Foundation

/// Keys and key sets of an identity provider.
enum TestKeys {
    /// Signs a token of the user `a` with the scope `profile:read`.
    static func sign(_ header: String, by signature: (Data) throws -> Data) rethrows -> String {
        let claims = TestToken.claims(sub: "a", scope: "profile:read")
        let input = "\(TestToken.base64URL(Data(header.utf8))).\(TestToken.base64URL(Data(claims.utf8)))"
        return try "\(input).\(TestToken.base64URL(signature(Data(input.utf8))))"
    }

    static func jwk(_ key: P256.Signing.PublicKey) -> String {
        let point = key.rawRepresentation
        let x = TestToken.base64URL(point.prefix(32))
        let y = TestToken.base64URL(point.suffix(32))
        return #"{"kty":"EC","kid":"ec","use":"sig","crv":"P-256","x":"\#(x)","y":"\#(y)"}"#
    }

    static func jwks(ec: P256.Signing.PublicKey, ed: Curve25519.Signing.PublicKey) -> String {
        let x = TestToken.base64URL(ed.rawRepresentation)
        return #"{"keys":[\#(jwk(ec)),{"kty":"OKP","kid":"ed","alg":"EdDSA","crv":"Ed25519","x":"\#(x)"}]}"#
    }

    static func jwks(_ key: _RSA.Signing.PublicKey) throws -> String {
        let primitives = try key.getKeyPrimitives()
        let n = TestToken.base64URL(primitives.modulus)
        let e = TestToken.base64URL(primitives.publicExponent)
        return #"{"keys":[{"kty":"RSA","kid":"rsa","n":"\#(n)","e":"\#(e)"}]}"#
    }
}
