package import ProfileImages

/// Who makes a request, as their credential proves it.
package enum Principal: Equatable, Sendable {
    /// A user, who may reach only what is theirs unless a scope says otherwise, and what proved that it is them.
    case user(UserID, Set<Scope>, by: Actor.Credential = .token)
    /// An application with an API key, which acts for every user within its scopes.
    case application(keyID: String, Set<Scope>)

    /// The user that `/me` means.
    /// - Throws: a `Problem` with status 403: an application is nobody's user.
    func me() throws(Problem) -> UserID {
        guard case .user(let user, _, _) = self else {
            throw .forbidden("An API key has no user of its own: use /users/{id} instead of /me.")
        }
        return user
    }

    /// Throws a `Problem` with status 403 unless this principal may do what `scope` names with what belongs to `user`.
    func authorize(_ scope: Scope, on user: UserID) throws(Problem) {
        guard !isAdministrator else { return }
        guard scopes.contains(scope) else {
            throw .forbidden("The credential lacks the scope \(scope.rawValue).", missingScope: scope.rawValue)
        }
        if case .user(let own, _, _) = self, own != user {
            throw .forbidden("Only the user themself, an API key or the scope admin may do this.")
        }
    }

    /// Throws a `Problem` with status 403 unless this principal may do everything.
    func authorizeAdministration() throws(Problem) {
        guard isAdministrator else {
            throw .forbidden(
                "The credential lacks the scope \(Scope.admin.rawValue).",
                missingScope: Scope.admin.rawValue
            )
        }
    }

    var isAdministrator: Bool {
        scopes.contains(.admin)
    }

    /// Whether it speaks for a system that knows the users, not for one of them.
    var isTrusted: Bool {
        if case .application = self { true } else { isAdministrator }
    }

    /// Who makes the changes that `request` asks for.
    func actor(in request: Request) -> Actor {
        switch self {
        case .user(let user, _, let credential): Actor(credential, name: user.rawValue, requestID: request.id)
        case .application(let keyID, _): Actor(.apiKey, name: keyID, requestID: request.id)
        }
    }

    var scopes: Set<Scope> {
        switch self {
        case .user(_, let scopes, _), .application(_, let scopes): scopes
        }
    }
}
