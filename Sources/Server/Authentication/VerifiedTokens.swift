import Synchronization

/// Tokens that were verified lately, with what they claim: the same token comes with every request of a user, and to verify
/// it again costs as much as the rest of a small request. What changes with time is checked each time all the same.
final class VerifiedTokens: Sendable {
    /// Some megabytes at the most. When it is full it begins anew.
    private static let capacity = 10_000

    /// By the token's bytes: Swift's strings compare by Unicode equivalence.
    private let claims = Mutex<[[UInt8]: TokenClaims]>([:])

    /// The claims of `token`; `verify` is called, and may throw, when they are not known yet.
    func claims(
        of token: [UInt8],
        verify: ([UInt8]) throws(TokenError) -> TokenClaims
    ) throws(TokenError) -> TokenClaims {
        if let known = claims.withLock({ $0[token] }) { return known }
        let verified = try verify(token)
        claims.withLock { claims in
            if claims.count >= Self.capacity { claims.removeAll(keepingCapacity: true) }
            claims[token] = verified
        }
        return verified
    }
}
