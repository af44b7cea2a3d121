import HTTPTypes
import ProfileImages

/// Auth0's `/api/v2/users/{id}`.
struct Auth0UserHandlers: Sendable {
    let profiles: ProfileService
    let shown: Auth0Profiles

    func get(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.auth0User()
        try principal.authorize(anyOf: .readUsers, .readCurrentUser)
        let isTrusted = principal.auth0Scopes.contains(.readUsers)
        guard isTrusted || principal.isSelf(user) else { throw Problem.insufficientScope([.readUsers]) }
        return try answer(shown.profile(of: user, for: request), to: request, isTrusted: isTrusted)
    }

    /// Replaces the root attributes and the members of metadata that the body names; null removes one.
    func patch(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.auth0User()
        let patch = try Auth0UserPatch(request.jsonObject())
        try authorize(patch, on: user, for: principal)
        guard try profiles.profile(of: user) != nil else { throw CodedError.noUser }
        if !patch.lockable.isEmpty, let connection = try shown.lock(of: user) {
            throw Self.locked(patch.lockable, connection)
        }
        let changed = try profiles.update(
            user,
            creation: .explicit,
            by: principal.actor(in: request),
            patch.apply
        )
        return try answer(
            shown.show(changed.profile, for: request),
            to: request,
            isTrusted: principal.auth0Scopes.contains(.updateUsers)
        )
    }

    private func authorize(_ patch: Auth0UserPatch, on user: UserID, for principal: Principal) throws(Problem) {
        let scopes = principal.auth0Scopes
        if scopes.contains(.updateUsers) { return }
        if scopes.contains(.updateUsersAppMetadata), patch.isOnlyAppMetadata { return }
        if scopes.contains(.updateCurrentUserMetadata), principal.isSelf(user), patch.isOnlyUserMetadata { return }
        throw .insufficientScope(
            patch.isOnlyAppMetadata
                ? [.updateUsers, .updateUsersAppMetadata]
                : patch.isOnlyUserMetadata ? [.updateUsers, .updateCurrentUserMetadata] : [.updateUsers]
        )
    }

    private static func locked(_ attributes: [String], _ connection: ConnectionName) -> Problem {
        Problem(
            .badRequest,
            code: "invalid_body",
            "The following user attributes cannot be updated: \(attributes.joined(separator: ", ")). The connection "
                + "(\(connection.rawValue)) must either be a database connection (using the Auth0 store), a passwordless "
                + "connection (email or sms) or has disabled 'Sync user profile attributes at each login'. For more "
                + "information, see https://auth0.com/docs/dashboard/guides/connections/configure-connection-sync"
        )
    }

    /// `?fields=a,b` names the members to show, or with `include_fields=false` the members to hide.
    private func answer(_ shown: Auth0Profile, to request: Request, isTrusted: Bool) throws -> Response {
        let user = shown.user(isTrusted: isTrusted)
        let fields = Set((request.query("fields") ?? "").split(separator: ",").map(String.init))
        guard request.head.method == .get, !fields.isEmpty else { return try .auth0(.object(user)) }
        let includes = request.query("include_fields") != "false"
        return try .auth0(.object(user.filter { fields.contains($0.key) == includes }))
    }
}

extension Request {
    /// The user in the path: `/api/v2/users/{id}`.
    /// - Throws: a problem with status 400.
    func auth0User() throws(Problem) -> UserID {
        guard let user = parameters["id"].flatMap(UserID.init(rawValue:)) else {
            throw Problem(
                .badRequest,
                code: "invalid_uri",
                "Path validation error: 'String does not match' on property id."
            )
        }
        return user
    }
}

/// Auth0's `/userinfo`: the same claims as in Auth0's ID tokens, after the picture rules.
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

    /// Returns the claims of the user `?user_id=` with the tested rules on. It changes nothing.
    func preview(_ request: Request, by principal: Principal) throws -> Response {
        try principal.authorize(anyOf: .readUsers)
        guard let user = request.query("user_id").flatMap(UserID.init(rawValue:)) else { throw Problem.badUserID }
        return try answer(shown.profile(of: user, for: request), rules.allOn)
    }

    private func answer(_ user: Auth0Profile, _ rules: PictureRules) throws -> Response {
        try .auth0(user.claims(picture: rules.claim(of: user.attributes, picture: user.picture)))
    }
}
