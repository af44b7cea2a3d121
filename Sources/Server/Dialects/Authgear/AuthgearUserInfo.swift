import FoundationEssentials
import HTTPTypes
import ProfileImages

/// The resource `/oauth2/userinfo`: OpenID Connect Core §5.3.
struct AuthgearUserInfo: Sendable {
    private static let isAnonymous = "https://authgear.com/claims/user/is_anonymous"

    let app: String
    let profiles: ProfileService
    let publicURL: PublicURL

    /// What a user may read of themself; what they may not, a token without the scope does not show.
    func get(_ request: Request, by principal: Principal) throws -> Response {
        let user = try principal.me()
        var claims: [String: JSONValue] = ["sub": .string(user.rawValue)]
        if principal.mayRead(user) {
            let profile = try profiles.ownProfile(
                of: user,
                by: principal.actor(in: request),
                willWrite: request.willTakeLong
            )
            let names = AuthgearPictureNames(app: app, base: try publicURL.base(for: request))
            claims.merge(AuthgearAttributes.standard(of: profile, names)) { own, _ in own }
            claims[Self.isAnonymous] = .boolean(false)
            claims["custom_attributes"] = .object(profile.attributes.publicMetadata)
            claims["x_web3"] = .object([:])
        }
        return try .json(JSONValue.object(claims), headerFields: [.cacheControl: "no-store"])
    }
}

extension Principal {
    fileprivate func mayRead(_ user: UserID) -> Bool {
        (try? authorize(.read, on: user)) != nil
    }
}
