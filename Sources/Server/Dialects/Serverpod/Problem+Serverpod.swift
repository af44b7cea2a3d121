import HTTPTypes
import ProfileImages

extension Problem {
    /// The problem in Serverpod's words: its clients know 400, 401, 403, 404 and 500, and anything else as unknown.
    var serverpodResponse: Response {
        switch (status, code) {
        case (.unauthorized, _), (.forbidden, _): .serverpod(status, "", headerFields)
        case (.notFound, _): .serverpod(status, "Endpoint not found")
        case (.badRequest, "bad-json"): .serverpod(status, "Invalid JSON in body")
        case (.contentTooLarge, "too-many-bytes"):
            .serverpod(status, "Request size exceeds the maximum allowed size of \(limit ?? 0) bytes.")
        case (.internalServerError, _): .serverpod(status, "Internal Server Error")
        // What is wrong with a picture has statuses of its own elsewhere.
        case (.contentTooLarge, _), (.unsupportedMediaType, _), (.unprocessableContent, _):
            .serverpod(.badRequest, detail)
        default: .serverpod(status, detail, headerFields)
        }
    }

    /// The user has no profile. No client can tell this from other faults of the server; the log can.
    static func userProfileNotFound(_ user: UserID) -> Problem {
        Problem(
            .internalServerError,
            code: "no-user",
            "There is no profile of this user.",
            cause: "UserProfileNotFoundException: nothing has made a profile of the user \(user.rawValue)"
        )
    }
}
