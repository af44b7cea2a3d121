/// What a token must claim besides being signed.
package struct TokenPolicy: Equatable, Sendable {
    /// The only accepted `iss`; nil accepts any.
    package let issuer: String?
    /// What `aud` must name; nil accepts any.
    package let audience: String?
    /// How far the issuer's clock may be off, in seconds.
    package let leeway: Int

    package init(issuer: String?, audience: String?, leeway: Int) {
        self.issuer = issuer
        self.audience = audience
        self.leeway = leeway
    }
}
