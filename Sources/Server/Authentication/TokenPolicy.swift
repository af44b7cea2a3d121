/// What a token must claim besides being signed.
package struct TokenPolicy: Equatable, Sendable {
    /// The only accepted `iss`; nil accepts any.
    package let issuer: String?
    /// What `aud` must name; nil accepts any.
    package let audience: String?
    /// How far the issuer's clock may be off, in seconds.
    package let leeway: Int
    /// Whether a token must say when it expires.
    package let requiresExpiry: Bool
    /// Whether a token must name its key.
    package let requiresKeyID: Bool
    /// The only accepted algorithm; nil accepts any that there is a key for.
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
