import ProfileImages

/// An import as JSON.
struct ImportResource: Encodable {
    let id: String
    let userId: String
    let url: String
    let ifNone: Bool
    let state: String
    let attempts: Int
    /// Why the last attempt failed: for programs, and for a person.
    let code: String?
    let reason: String?
    /// The image that came of it.
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
