package import ProfileImages

/// The authenticated sender of a request.
package enum Principal: Equatable, Sendable {
    /// A user with scopes, and the kind of credential. Without the scope `admin` a user reaches only their own data.
    case user(UserID, Set<Scope>, by: AuditActor.Credential = .token)
    /// An application with an API key; it acts for every user within its scopes.
    case application(keyID: String, Set<Scope>)

    /// Returns the user that `/me` refers to.
    /// - Throws: a `Problem` with status 403 if the principal is an application.
    func me() throws(Problem) -> UserID {
        guard case .user(let user, _, _) = self else {
            throw .forbidden("An API key has no user: use /users/{id} instead of /me.")
        }
        return user
    }

    /// Checks that this principal has `scope` for the data of `user`.
    /// - Throws: a `Problem` with status 403.
    func authorize(_ scope: Scope, on user: UserID) throws(Problem) {
        guard !isAdministrator else { return }
        guard scopes.contains(scope) else {
            throw .forbidden("The credential lacks the scope \(scope.rawValue).", missingScope: scope.rawValue)
        }
        if case .user(let own, _, _) = self, own != user {
            throw .forbidden("Only the user themself, an API key or the scope admin may do this.")
        }
    }

    /// Checks that this principal has the scope `admin`.
    /// - Throws: a `Problem` with status 403.
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

    /// Whether the principal is a system that manages users: an application, or an administrator.
    var isTrusted: Bool {
        if case .application = self { true } else { isAdministrator }
    }

    /// Returns the actor that the audit records for the changes of `request`.
    func actor(in request: Request) -> AuditActor {
        switch self {
        case .user(let user, _, let credential): AuditActor(credential, name: user.rawValue, requestID: request.id)
        case .application(let keyID, _): AuditActor(.apiKey, name: keyID, requestID: request.id)
        }
    }

    var scopes: Set<Scope> {
        switch self {
        case .user(_, let scopes, _), .application(_, let scopes): scopes
        }
    }
}
