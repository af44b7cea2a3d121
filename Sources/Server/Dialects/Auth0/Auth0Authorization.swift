import FoundationEssentials
import HTTPTypes
package import ProfileImages

/// The scopes of Auth0's Management API that portraitd uses. One scope of portraitd's own API grants several of them.
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
    /// Auth0's scopes that this principal has.
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

    /// - Throws: a problem with status 403 if this principal has none of the scopes.
    func authorize(anyOf wanted: Auth0Scope...) throws(Problem) {
        guard auth0Scopes.isDisjoint(with: wanted) else { return }
        throw .insufficientScope(wanted)
    }

    /// Whether this principal is `user`.
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

/// Auth0's `/oauth/token`: issues an access token for an API key. `client_id` is the identifier of the key,
/// `client_secret` is the key.
struct Auth0TokenHandlers: Sendable {
    private static let maxBytes = 16 * 1024
    private static let maxFieldBytes = 1024

    let authenticator: Authenticator
    let uploads: UploadService

    func post(_ request: Request) throws -> Response {
        let fields = try fields(of: request)
        guard fields["grant_type"] == "client_credentials" else {
            throw Problem(
                .forbidden,
                code: "unsupported_grant_type",
                "Grant type '\(fields["grant_type"] ?? "")' not allowed; only client_credentials is."
            )
        }
        guard let key = fields["client_secret"].flatMap({ APIKeyToken(rawValue: $0) }), key.id == fields["client_id"],
            let principal = try authenticator.application(knownBy: key), let secret = try uploads.secrets().first
        else { throw Problem(.unauthorized, code: "access_denied", "Unauthorized") }
        return try .auth0([
            "access_token": .string(try AccessToken(keyID: key.id, secret: secret).rawValue),
            "token_type": "Bearer",
            "expires_in": .integer(Int64(AccessToken.lifetime)),
            "scope": .string(principal.auth0Scopes.map(\.rawValue).sorted().joined(separator: " ")),
        ])
    }

    /// Reads the body: a form or a JSON object.
    private func fields(of request: Request) throws -> [String: String] {
        let type = ParameterizedValue(request.head.headerFields[.contentType] ?? "").value
        guard type != "application/x-www-form-urlencoded" else {
            return FormFields(try request.body(upTo: Self.maxBytes)).values
        }
        var body = try request.jsonObject()
        var fields: [String: String] = [:]
        for name in body.names { fields[name] = try body.text(name, maxBytes: Self.maxFieldBytes) ?? nil }
        return fields
    }
}
