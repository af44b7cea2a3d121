import HTTPTypes
import ProfileImages

/// Auth0's `/userinfo`: the claims that its ID tokens have too, after the rules about pictures.
struct Auth0UserInfoHandlers: Sendable {
    let profiles: ProfileService
    let shown: Auth0Profiles
    let rules: PictureRules

    func get(_ request: Request, by principal: Principal) throws -> Response {
        let user = try principal.me()
        let profile = try profiles.ownProfile(
            of: user,
            by: principal.actor(in: request),
            willWrite: request.willTakeLong
        )
        return try answer(shown.show(profile, for: request), rules)
    }

    /// What it would be for `?user_id=` if the rules that are only tested were on. Users are not touched.
    func preview(_ request: Request, by principal: Principal) throws -> Response {
        try principal.authorize(anyOf: .readUsers)
        guard let user = request.query("user_id").flatMap(UserID.init(rawValue:)) else { throw Problem.badUserID }
        return try answer(shown.profile(of: user, for: request), rules.allOn)
    }

    private func answer(_ user: Auth0Profile, _ rules: PictureRules) throws -> Response {
        try .auth0(user.claims(picture: rules.claim(of: user.attributes, picture: user.picture)))
    }
}
