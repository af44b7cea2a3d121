/// The keys that tokens are verified with, and the tokens that they have verified: those are forgotten with the keys.
package struct TokenKeys: Sendable {
    let keys: [VerificationKey]
    let verified = VerifiedTokens()

    package init(_ keys: [VerificationKey]) {
        self.keys = keys
    }
}
