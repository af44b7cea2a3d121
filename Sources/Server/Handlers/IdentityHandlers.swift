import HTTPTypes
import ProfileImages

/// The resource `/users/{id}/identities/{connection}`: what identity providers said of a user.
struct IdentityHandlers: Sendable {
    let service: IdentityService

    /// Records a sign-in. For systems that saw it, not for the user: it is the provider's word.
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
            headerFields: Self.privately
        )
    }

    func get(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.user(for: principal)
        try principal.authorize(.read, on: user)
        guard let identity = try service.identity(of: user, by: request.connection()) else { throw Problem.noIdentity }
        return try .json(IdentityResource(identity), headerFields: Self.privately)
    }

    /// Forgets what the provider said. What was taken over from it stays.
    func delete(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.user(for: principal)
        try authorizeChange(on: user, for: principal)
        guard try service.remove(user, by: request.connection()) else { throw Problem.noIdentity }
        return Response(.noContent)
    }

    private static let privately: HTTPFields = [.cacheControl: "private, no-store", .vary: "Authorization"]

    private func authorizeChange(on user: UserID, for principal: Principal) throws(Problem) {
        try principal.authorize(.write, on: user)
        guard principal.isTrusted else {
            throw .forbidden("Only an API key or the scope admin may tell what an identity provider said.")
        }
    }
}

extension Problem {
    fileprivate static var noIdentity: Problem {
        Problem(.notFound, code: "no-identity", "The user has not signed in by this connection.")
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
