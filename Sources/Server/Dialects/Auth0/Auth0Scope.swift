import HTTPTypes
package import ProfileImages

/// The scopes of Auth0's Management API that are used here. Those of portraitd's own API stand for several of them.
package enum Auth0Scope: String, CaseIterable, Sendable {
    case readUsers = "read:users"
    case updateUsers = "update:users"
    case createUsers = "create:users"
    case updateUsersAppMetadata = "update:users_app_metadata"
    case readCurrentUser = "read:current_user"
    case updateCurrentUserMetadata = "update:current_user_metadata"
    case readConnections = "read:connections"
    case updateConnections = "update:connections"

    package var scope: Scope { Scope(rawValue: rawValue) }
}

extension Principal {
    /// The scopes of Auth0 that this principal has.
    var auth0Scopes: Set<Auth0Scope> {
        if isAdministrator { return Set(Auth0Scope.allCases) }
        var granted = Set(scopes.compactMap { Auth0Scope(rawValue: $0.rawValue) })
        if scopes.contains(.read) { granted.insert(isTrusted ? .readUsers : .readCurrentUser) }
        if scopes.contains(.write) {
            granted.formUnion(
                isTrusted ? [.updateUsers, .createUsers, .updateUsersAppMetadata] : [.updateCurrentUserMetadata]
            )
        }
        return granted
    }

    /// - Throws: a problem with status 403 unless this principal has one of the scopes.
    func authorize(anyOf wanted: Auth0Scope...) throws(Problem) {
        guard auth0Scopes.isDisjoint(with: wanted) else { return }
        throw .insufficientScope(wanted)
    }

    /// Whether this principal is the user.
    func isSelf(_ user: UserID) -> Bool {
        if case .user(user, _, _) = self { true } else { false }
    }
}

extension Problem {
    static func insufficientScope(_ wanted: [Auth0Scope]) -> Problem {
        let names = wanted.map(\.rawValue).joined(separator: ",")
        return Problem(
            .forbidden,
            code: "insufficient_scope",
            "Insufficient scope, expected any of: \(names)"
        )
    }
}
