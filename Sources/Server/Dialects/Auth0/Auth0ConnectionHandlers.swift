import HTTPTypes
import ProfileImages

/// Auth0's `/api/v2/connections/{id}`: whether what a provider says replaces what is known.
struct Auth0ConnectionHandlers: Sendable {
    private static let option = "set_user_root_attributes"

    let identities: IdentityService

    func get(_ request: Request, by principal: Principal) throws -> Response {
        try principal.authorize(anyOf: .readConnections)
        return try answer(request.auth0Connection())
    }

    /// The options are set as a whole.
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
