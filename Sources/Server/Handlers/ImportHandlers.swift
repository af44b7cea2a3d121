import HTTPTypes
import ProfileImages

/// The resources `/me/profileimage/import` and `/users/{id}/profileimage/import`.
struct ImportHandlers: Sendable {
    let service: ImportService

    /// Asks for an import; 202, and `Location` tells where to see what came of it.
    func post(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.user(for: principal)
        try principal.authorize(.write, on: user)
        var body = try request.jsonObject()
        let url = try body.remoteURL("url")
        let ifNone = try body.boolean("ifNone") ?? false
        try body.finish()
        let job = try service.request(url, for: user, ifNone: ifNone, by: principal.actor(in: request))
        var fields = Self.privately
        // As it was asked for: `/me` stays `/me`.
        fields[.location] = request.head.path.map { String($0.prefix { $0 != "?" }) }
        return try .json(ImportResource(job), status: .accepted, headerFields: fields)
    }

    /// The user's latest import.
    func get(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.user(for: principal)
        try principal.authorize(.read, on: user)
        guard let job = try service.latest(of: user) else {
            throw Problem(.notFound, code: "no-import", "The user has no import.")
        }
        return try .json(ImportResource(job), headerFields: Self.privately)
    }

    private static let privately: HTTPFields = [.cacheControl: "private, no-store", .vary: "Authorization"]
}
