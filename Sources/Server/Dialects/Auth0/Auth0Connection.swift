import ProfileImages

/// A connection as Auth0 has them: the user database, one without passwords, or an identity provider.
struct Auth0Connection {
    enum Kind {
        case database
        case passwordless
        case provider
    }

    static let database = "Username-Password-Authentication"
    private static let idPrefix = "con_"

    let name: ConnectionName

    init(_ name: ConnectionName) {
        self.name = name
    }

    /// Returns nil when `id` is neither a connection's identifier nor its name.
    init?(id: String) {
        let text = id.hasPrefix(Self.idPrefix) ? String(id.dropFirst(Self.idPrefix.count)) : id
        guard let name = ConnectionName(rawValue: text) else { return nil }
        self.name = name
    }

    var id: String { Self.idPrefix + name.rawValue }

    var kind: Kind {
        switch name.rawValue {
        case Self.database, "auth0": .database
        case "email", "sms": .passwordless
        default: .provider
        }
    }

    /// What Auth0 calls the provider.
    var strategy: String {
        kind == .database ? "auth0" : name.rawValue
    }

    /// The connection that a user's identifier names: `google-oauth2|123`, or `samlp|name|123` for one of several of a kind.
    static func primary(of user: UserID) -> Auth0Connection? {
        let parts = user.rawValue.split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count > 1, parts[0] != "auth0" else { return nil }
        return ConnectionName(rawValue: String(parts[parts.count > 2 ? 1 : 0])).map(Auth0Connection.init)
    }
}
