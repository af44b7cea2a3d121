import HTTPTypes
import ProfileImages

/// A connection of Auth0: the user database, a passwordless connection, or an identity provider.
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

    /// Returns nil if `id` is neither a connection's identifier nor its name.
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

    /// Auth0's name of the provider.
    var strategy: String {
        kind == .database ? "auth0" : name.rawValue
    }

    /// Returns the connection that a user's identifier names: `google-oauth2` in `google-oauth2|123`, `name` in
    /// `samlp|name|123`; nil for the user database, or if it names none.
    static func primary(of user: UserID) -> Auth0Connection? {
        let parts = user.rawValue.split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count > 1, parts[0] != "auth0" else { return nil }
        return ConnectionName(rawValue: String(parts[parts.count > 2 ? 1 : 0])).map(Auth0Connection.init)
    }
}

/// Auth0's `/api/v2/connections/{id}`: whether a provider's data replaces the stored attributes at each login.
struct Auth0ConnectionHandlers: Sendable {
    private static let option = "set_user_root_attributes"

    let identities: IdentityService

    func get(_ request: Request, by principal: Principal) throws -> Response {
        try principal.authorize(anyOf: .readConnections)
        return try answer(request.auth0Connection())
    }

    /// Replaces all options.
    func patch(_ request: Request, by principal: Principal) throws -> Response {
        try principal.authorize(anyOf: .updateConnections)
        let connection = try request.auth0Connection()
        var body = try request.jsonObject()
        guard case .object(var options)? = body.value("options") else {
            throw CodedError.auth0Body("'Missing required property: options'.")
        }
        try body.finish()
        let value = options.removeValue(forKey: Self.option)
        if let other = options.keys.min() {
            throw CodedError.auth0Body("'Additional properties not allowed: \(other)'.")
        }
        guard connection.kind == .provider || value == nil else {
            throw CodedError.auth0Body("'\(Self.option)' has no meaning for the strategy \(connection.strategy).")
        }
        try identities.setSync(Self.sync(value), of: connection.name)
        return try answer(connection)
    }

    private static func sync(_ value: JSONValue?) throws(CodedError) -> IdentitySync {
        guard let value else { return .onEachLogin }
        guard case .string(let text) = value, let sync = IdentitySync(rawValue: text) else {
            let names = IdentitySync.allCases.map(\.rawValue).joined(separator: ", ")
            throw .auth0Body("'\(option)' must be one of \(names).")
        }
        return sync
    }

    private func answer(_ connection: Auth0Connection) throws -> Response {
        var options: [String: JSONValue] = [:]
        if connection.kind == .provider {
            options[Self.option] = .string(try identities.sync(of: connection.name).rawValue)
        }
        return try .auth0([
            "id": .string(connection.id),
            "name": .string(connection.name.rawValue),
            "strategy": .string(connection.strategy),
            "options": .object(options),
            "enabled_clients": [],
        ])
    }
}

extension Request {
    /// The connection in the path: `/api/v2/connections/{id}`.
    /// - Throws: a problem with status 404.
    fileprivate func auth0Connection() throws(Problem) -> Auth0Connection {
        guard let connection = parameters["id"].flatMap(Auth0Connection.init(id:)) else {
            throw Problem(.notFound, code: "inexistent_connection", "The connection does not exist")
        }
        return connection
    }
}
