import Crypto
import CryptoExtras
import Foundation
import ProfileImages
@testable import Server
import Testing
import Threads

@Suite struct TokenVerifierTests {
    private static let none = TokenPolicy(issuer: nil, audience: nil, leeway: 30)

    private func verifier(_ policy: TokenPolicy = none, jwks: String? = nil) async throws -> TokenVerifier {
        var keys = [try await VerificationKey.sharedSecret(TestApplication.secret)]
        if let jwks { keys += await (try JSONWebKeySet(Data(jwks.utf8))).verificationKeys() }
        return TokenVerifier(keys: Reloadable(TokenKeys(keys)), policy: policy)
    }

    @Test func `the claim sub is the user, and scope lists the scopes, also unknown ones`() async throws {
        let token = TestToken.hs256(TestToken.claims(sub: "auth0|é 日本", scope: "profile:read openid admin"))
        let user = try #require(UserID(rawValue: "auth0|é 日本"))
        #expect(
            try await verifier().principal(provenBy: token) == .user(user, [.read, Scope(rawValue: "openid"), .admin])
        )
    }

    @Test(arguments: [
        (#"{"sub":"a"}"#, TokenError.expired),
        (#"{"sub":"a","exp":1000}"#, .expired),
        (#"{"sub":"a","exp":969.9}"#, .expired),
        (#"{"sub":"a","exp":2000,"nbf":1031}"#, .notYetValid),
        (#"{"exp":2000}"#, .invalidSubject),
        (#"{"sub":"","exp":2000}"#, .invalidSubject),
        (#"{"sub":"a\u0000","exp":2000}"#, .invalidSubject),
        (#"{"sub":7,"exp":2000}"#, .malformed),
        (#"{"sub":"a","exp":"2000"}"#, .malformed),
        ("[]", .malformed),
        ("", .malformed),
    ])
    func `claims are checked`(_ claims: String, _ expected: TokenError) async throws {
        let now = Date(timeIntervalSince1970: 1000.0 + (claims.contains("1000") ? 30 : 0))
        let verifier = try await verifier()
        #expect(throws: expected) { try verifier.principal(provenBy: TestToken.hs256(claims), now: now) }
    }

    @Test func `the leeway tolerates a clock that is slightly wrong`() async throws {
        let verifier = try await verifier()
        let token = TestToken.hs256(#"{"sub":"a","exp":1000,"nbf":990}"#)
        for now in [960.0, 1029.9] {
            #expect(throws: Never.self) {
                try verifier.principal(provenBy: token, now: Date(timeIntervalSince1970: now))
            }
        }
        for now in [959.0, 1030.0] {
            #expect(throws: TokenError.self) {
                try verifier.principal(provenBy: token, now: Date(timeIntervalSince1970: now))
            }
        }
    }

    @Test func `an accepted token is refused after it has expired`() async throws {
        let verifier = try await verifier()
        let token = TestToken.hs256(#"{"sub":"a","exp":1000,"nbf":990}"#)
        for (now, isAccepted) in [(995.0, true), (1029.0, true), (1031.0, false), (995.0, true), (950.0, false)] {
            let principal = try? verifier.principal(provenBy: token, now: Date(timeIntervalSince1970: now))
            #expect((principal != nil) == isAccepted)
        }
        // A token with the same beginning, or one that is only equal as Unicode text, is refused too.
        #expect(throws: TokenError.self) {
            try verifier.principal(provenBy: token + "A", now: Date(timeIntervalSince1970: 995))
        }
        let kelvin = token.replacing("K", with: "\u{212A}")
        #expect(kelvin.utf8.elementsEqual(token.utf8) == !token.contains("K"))
        if token.contains("K") {
            #expect(throws: TokenError.self) {
                try verifier.principal(provenBy: kelvin, now: Date(timeIntervalSince1970: 995))
            }
        }
    }

    @Test(arguments: [
        (#","iss":"https://i","aud":"us""#, TokenError?.none),
        (#","iss":"https://i","aud":["them","us"]"#, nil),
        (#","iss":"https://i/","aud":"us""#, .wrongIssuer),
        (#","aud":"us""#, .wrongIssuer),
        (#","iss":"https://i""#, .wrongAudience),
        (#","iss":"https://i","aud":"them""#, .wrongAudience),
        (#","iss":"https://i","aud":[]"#, .wrongAudience),
    ])
    func `issuer and audience must match if they are set`(_ more: String, _ expected: TokenError?) async throws {
        let verifier = try await verifier(TokenPolicy(issuer: "https://i", audience: "us", leeway: 0))
        let token = TestToken.hs256(TestToken.claims(sub: "a", more: more))
        if let expected {
            #expect(throws: expected) { try verifier.principal(provenBy: token) }
        } else {
            #expect(throws: Never.self) { try verifier.principal(provenBy: token) }
        }
    }

    @Test(arguments: [
        (#"{"alg":"none"}"#, TokenError.unknownKey),
        (#"{"alg":"None","typ":"JWT"}"#, .unknownKey),
        (#"{"alg":"HS512"}"#, .unknownKey),
        (#"{"alg":"RS256"}"#, .unknownKey),
        (#"{"alg":"HS256","kid":"unknown"}"#, .unknownKey),
        (#"{"alg":"HS256","crit":["exp"]}"#, .malformed), (#"{"alg":"HS256","crit":null}"#, .malformed),
        (#"{"alg":7}"#, .malformed),
        (#"{}"#, .malformed),
        ("null", .malformed),
    ])
    func `the header cannot choose the algorithm or the key`(_ header: String, _ expected: TokenError) async throws {
        let verifier = try await verifier()
        let token = TestToken.hs256(TestToken.claims(sub: "a"), header: header)
        #expect(throws: expected) { try verifier.principal(provenBy: token) }
    }

    @Test func `a huge number in the header does not end the process`() async throws {
        let token = TestToken.hs256(TestToken.claims(sub: "a"), header: #"{"alg":"HS256","x":1e300}"#)
        let verifier = try await verifier()
        #expect(throws: Never.self) { try verifier.principal(provenBy: token) }
    }

    @Test func `an unsigned, altered or foreign token is refused`() async throws {
        let verifier = try await verifier()
        let token = TestToken.hs256(TestToken.claims(sub: "a"))
        let parts = token.split(separator: ".")
        let other = TestToken.hs256(TestToken.claims(sub: "b")).split(separator: ".")
        #expect(throws: TokenError.invalidSignature) { try verifier.principal(provenBy: "\(parts[0]).\(parts[1]).") }
        #expect(throws: TokenError.invalidSignature) {
            try verifier.principal(provenBy: "\(parts[0]).\(other[1]).\(parts[2])")
        }
        let foreign = TestToken.hs256(TestToken.claims(sub: "a"), secret: String(repeating: "x", count: 32))
        #expect(throws: TokenError.invalidSignature) { try verifier.principal(provenBy: foreign) }
        for text in ["", ".", "..", "a.b", "a.b.c.d", "\(parts[0]).\(parts[1])", "\(token)=", "é.é.é"] {
            #expect(throws: TokenError.self) { try verifier.principal(provenBy: text) }
        }
    }

    @Test func `ES256 and EdDSA tokens are verified with the key that kid names`() async throws {
        let ec = P256.Signing.PrivateKey()
        let ed = Curve25519.Signing.PrivateKey()
        let verifier = try await verifier(jwks: TestKeys.jwks(ec: ec.publicKey, ed: ed.publicKey))
        let user = try #require(UserID(rawValue: "a"))
        let tokens = [
            try TestKeys.sign(#"{"alg":"ES256","kid":"ec"}"#) { try ec.signature(for: $0).rawRepresentation },
            try TestKeys.sign(#"{"alg":"EdDSA","kid":"ed"}"#) { try ed.signature(for: $0) },
            try TestKeys.sign(#"{"alg":"EdDSA"}"#) { try ed.signature(for: $0) },
        ]
        for token in tokens {
            #expect(try verifier.principal(provenBy: token) == .user(user, [.read]))
        }
        let wrong = [
            try TestKeys.sign(#"{"alg":"ES256","kid":"ed"}"#) { try ec.signature(for: $0).rawRepresentation },
            try TestKeys.sign(#"{"alg":"ES256","kid":"none"}"#) { try ec.signature(for: $0).rawRepresentation },
            try TestKeys.sign(#"{"alg":"ES256","kid":"ec"}"#) {
                try P256.Signing.PrivateKey().signature(for: $0).rawRepresentation
            },
        ]
        for token in wrong {
            #expect(throws: TokenError.self) { try verifier.principal(provenBy: token) }
        }
    }

    @Test func `RS256 tokens are verified, and the public key is not an HS256 secret`() async throws {
        let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let verifier = try await verifier(jwks: TestKeys.jwks(key.publicKey))
        let user = try #require(UserID(rawValue: "a"))
        let token = try TestKeys.sign(#"{"alg":"RS256","kid":"rsa"}"#) {
            try key.signature(for: SHA256.hash(data: $0), padding: .insecurePKCS1v1_5).rawRepresentation
        }
        #expect(try verifier.principal(provenBy: token) == .user(user, [.read]))
        // Key confusion, RFC 8725 §2.1: HMAC with the published key as the secret.
        let confused = TestToken.hs256(
            TestToken.claims(sub: "a"),
            header: #"{"alg":"HS256","kid":"rsa"}"#,
            secret: key.publicKey.pemRepresentation
        )
        #expect(throws: TokenError.wrongAlgorithm) { try verifier.principal(provenBy: confused) }
    }

    @Test func `a key of unknown type does not invalidate the set`() async throws {
        let ec = P256.Signing.PrivateKey()
        let jwks =
            #"{"keys":[{"kty":"oct","k":"AAAA"},{"kty":"XYZ"},{"kty":"RSA","n":"AQ","e":"AQAB"},\#(TestKeys.jwk(ec.publicKey))]}"#
        #expect(await (try JSONWebKeySet(Data(jwks.utf8))).verificationKeys().count == 1)
        #expect(throws: (any Error).self) { try JSONWebKeySet(Data("{}".utf8)) }
    }

    @Test func `a verified token is refused after its key is replaced`() async throws {
        let keys = Reloadable(TokenKeys([try await .sharedSecret(TestApplication.secret)]))
        let verifier = TokenVerifier(keys: keys, policy: Self.none)
        let newSecret = "another secret, also of 32 bytes or more"
        let old = TestToken.hs256(TestToken.claims(sub: "a"))
        let new = TestToken.hs256(TestToken.claims(sub: "a"), secret: newSecret)
        _ = try verifier.principal(provenBy: old)
        #expect(throws: TokenError.invalidSignature) { try verifier.principal(provenBy: new) }
        keys.value = TokenKeys([try await .sharedSecret(newSecret)])
        _ = try verifier.principal(provenBy: new)
        #expect(throws: TokenError.invalidSignature) { try verifier.principal(provenBy: old) }
    }
}
