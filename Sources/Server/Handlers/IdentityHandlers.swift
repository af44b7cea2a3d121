import HTTPTypes
import ProfileImages

/// The resource `/users/{id}/identities/{connection}`: the data from a user's identity providers.
struct IdentityHandlers: Sendable {
    let service: IdentityService

    /// Records a sign-in. Only systems that verify sign-ins may send it, not the user, because the data comes from the
    /// provider.
    func put(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.user(for: principal)
        try authorizeChange(on: user, for: principal)
        let connection = try request.connection()
        let body = try request.jsonObject()
        let signIn = try service.record(user, by: connection, actor: principal.actor(in: request)) { identity in
            try identity.set(by: body)
        }
        return try .json(
            IdentityResource(signIn.identity),
            status: signIn.isFirst ? .created : .ok,
            headerFields: CachePolicy.neverPrivate
        )
    }

    func get(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.user(for: principal)
        try principal.authorize(.read, on: user)
        guard let identity = try service.identity(of: user, by: request.connection()) else { throw Problem.noIdentity }
        return try .json(IdentityResource(identity), headerFields: CachePolicy.neverPrivate)
    }

    /// Removes the data from the provider. The profile and the image keep what was copied from it.
    func delete(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.user(for: principal)
        try authorizeChange(on: user, for: principal)
        guard try service.remove(user, by: request.connection()) else { throw Problem.noIdentity }
        return Response(.noContent)
    }

    private func authorizeChange(on user: UserID, for principal: Principal) throws(Problem) {
        try principal.authorize(.write, on: user)
        guard principal.isTrusted else {
            throw .forbidden("Only an API key or the scope admin may change the data from identity providers.")
        }
    }
}

extension Problem {
    fileprivate static var noIdentity: Problem {
        Problem(.notFound, code: "no-identity", "The user has not signed in through this connection.")
    }
}

extension Identity {
    /// - Throws: a problem with status 400.
    fileprivate mutating func set(by body: consuming JSONObjectReader) throws(CodedError) {
        pictureURL = try body.remoteURLIfPresent("pictureUrl")
        name = try body.name("name")
        givenName = try body.name("givenName")
        familyName = try body.name("familyName")
        nickname = try body.name("nickname")
        email = try body.email("email") ?? nil
        try body.finish()
    }
}

/// The data from an identity provider about a user, as JSON.
struct IdentityResource: Encodable {
    let userId: String
    let connection: String
    let pictureUrl: String?
    let name: String?
    let givenName: String?
    let familyName: String?
    let nickname: String?
    let email: String?
    let updatedAt: String

    init(_ identity: Identity) {
        userId = identity.userID.rawValue
        connection = identity.connection.rawValue
        pictureUrl = identity.pictureURL?.rawValue
        name = identity.name
        givenName = identity.givenName
        familyName = identity.familyName
        nickname = identity.nickname
        email = identity.email?.rawValue
        updatedAt = identity.updatedAt.iso8601
    }
}

/// The resource `/connections/{connection}`: when the data of an identity provider is copied to profiles.
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
            headerFields: CachePolicy.never
        )
    }
}

extension Request {
    /// The connection in the path.
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
