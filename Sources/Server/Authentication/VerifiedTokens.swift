import Synchronization

/// Tokens that were verified lately, with what they claim: the same token comes with every request of a user, and to verify
/// it again costs as much as the rest of a small request. What changes with time is checked each time all the same.
final class VerifiedTokens: Sendable {
    /// Some megabytes at the most. When it is full it begins anew.
    private static let capacity = 10_000

    private let claims = Mutex<[String: TokenClaims]>([:])

    /// The claims of `token`; `verify` is called, and may throw, when they are not known yet.
    func claims(
        of token: String,
        verify: ([UInt8]) throws(TokenError) -> TokenClaims
    ) throws(TokenError) -> TokenClaims {
        // RFC 7515 §7.1. Other strings Swift compares by Unicode equivalence, not by their bytes.
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
