import HTTPTypes
import ProfileImages

/// The resource `/connections/{connection}`: what is taken over from an identity provider, and when.
struct ConnectionHandlers: Sendable {
    let service: IdentityService

    private struct Resource: Encodable {
        let connection: String
        let sync: String
    }

    func get(_ request: Request, by principal: Principal) throws -> Response {
        try principal.authorizeAdministration()
        let connection = try request.connection()
        return try answer(connection, service.sync(of: connection))
    }

    func put(_ request: Request, by principal: Principal) throws -> Response {
        try principal.authorizeAdministration()
        let connection = try request.connection()
        var body = try request.jsonObject()
        let sync = try body.identitySync("sync")
        try body.finish()
        try service.setSync(sync, of: connection)
        return try answer(connection, sync)
    }

    private func answer(_ connection: ConnectionName, _ sync: IdentitySync) throws -> Response {
        try .json(
            Resource(connection: connection.rawValue, sync: sync.rawValue),
            headerFields: [.cacheControl: "no-store"]
        )
    }
}

extension Request {
    /// The connection that the path names.
    /// - Throws: a problem with status 400.
    func connection() throws(Problem) -> ConnectionName {
        guard let connection = parameters["connection"].flatMap(ConnectionName.init(rawValue:)) else {
            throw .badRequest(
                "A connection's name is 1 to \(ConnectionName.maxBytes) letters, digits, hyphens, underscores and dots."
            )
        }
        return connection
    }
}
