import HTTPTypes
import ProfileImages

/// The resources `/me/profileimage/import` and `/users/{id}/profileimage/import`.
struct ImportHandlers: Sendable {
    let service: ImportService

    /// Requests an import. Answers 202; `Location` is the URL of the import's state.
    func post(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.user(for: principal)
        try principal.authorize(.write, on: user)
        var body = try request.jsonObject()
        let url = try body.remoteURL("url")
        let ifNone = try body.boolean("ifNone") ?? false
        try body.finish()
        let job = try service.request(url, for: user, ifNone: ifNone, by: principal.actor(in: request))
        var fields = CachePolicy.neverPrivate
        // The path is unchanged: `/me` stays `/me`.
        fields[.location] = request.head.path.map { String($0.prefix { $0 != "?" }) }
        return try .json(ImportResource(job), status: .accepted, headerFields: fields)
    }

    /// Answers with the user's latest import.
    func get(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.user(for: principal)
        try principal.authorize(.read, on: user)
        guard let job = try service.latest(of: user) else {
            throw Problem(.notFound, code: "no-import", "The user has no import.")
        }
        return try .json(ImportResource(job), headerFields: CachePolicy.neverPrivate)
    }

}

/// An import as JSON.
struct ImportResource: Encodable {
    let id: String
    let userId: String
    let url: String
    let ifNone: Bool
    let state: String
    let attempts: Int
    /// The reason why the last attempt failed: for programs, and for people.
    let code: String?
    let reason: String?
    /// The imported image.
    let mediaId: String?
    let createdAt: String
    let finishedAt: String?

    init(_ job: ImportJob) {
        id = job.id
        userId = job.userID.rawValue
        url = job.url.rawValue
        ifNone = job.ifNone
        state = job.state.name
        attempts = job.attempts
        code = job.state.failure?.code
        reason = job.state.failure?.detail
        mediaId = job.state.mediaID?.rawValue
        createdAt = job.createdAt.iso8601
        finishedAt = job.finishedAt?.iso8601
    }
}
