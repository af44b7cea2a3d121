import HTTPTypes
import ProfileImages

extension Response {
    /// Creates the JSON response of an endpoint, which pages of all origins may read.
    static func serverpod(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        try .json(value, status: status, contentType: "application/json; charset=utf-8", headerFields: openToAll)
    }

    /// Creates a response with plain text, or without a body if `text` is empty.
    static func serverpod(_ status: HTTPResponse.Status, _ text: String, _ headerFields: HTTPFields = [:]) -> Response {
        var response = Response(status, headerFields: openToAll, body: Array(text.utf8))
        response.headerFields.append(contentsOf: headerFields)
        if !text.isEmpty { response.headerFields[.contentType] = "text/plain; charset=utf-8" }
        return response
    }

    /// The response to a CORS preflight request.
    static func serverpodPreflight(_: Request) -> Response {
        .serverpod(
            .ok,
            "",
            [
                .accessControlAllowHeaders: "Content-Type, Authorization, Accept, User-Agent, X-Requested-With, "
                    + "x-serverpod-auth-mode, x-serverpod-base-path"
            ]
        )
    }

    private static let openToAll: HTTPFields = [.accessControlAllowOrigin: "*", .accessControlAllowMethods: "POST"]
}

extension Problem {
    /// The problem in Serverpod's format. Its clients know 400, 401, 403, 404 and 500; every other status is an unknown
    /// error.
    var serverpodResponse: Response {
        switch (status, code) {
        case (.unauthorized, _), (.forbidden, _): .serverpod(status, "", headerFields)
        case (.notFound, _): .serverpod(status, "Endpoint not found")
        case (.badRequest, "bad-json"): .serverpod(status, "Invalid JSON in body")
        case (.contentTooLarge, "too-many-bytes"):
            .serverpod(status, "Request size exceeds the maximum allowed size of \(limit ?? 0) bytes.")
        case (.internalServerError, _): .serverpod(status, "Internal Server Error")
        // The faults of a picture, which have other statuses in portraitd's own API.
        case (.contentTooLarge, _), (.unsupportedMediaType, _), (.unprocessableContent, _):
            .serverpod(.badRequest, detail)
        default: .serverpod(status, detail, headerFields)
        }
    }

    /// The user has no profile. To clients this looks like any other fault of the server; the log has the cause.
    static func userProfileNotFound(_ user: UserID) -> Problem {
        Problem(
            .internalServerError,
            code: "no-user",
            "There is no profile of this user.",
            cause: "UserProfileNotFoundException: the user \(user.rawValue) has no profile"
        )
    }
}

/// An exception of the application, which clients throw if they know its class.
struct SerializableException: Encodable {
    struct Content: Encodable {
        enum CodingKeys: String, CodingKey {
            case className = "__className__"
            case message
        }

        let className: String
        let message: String
    }

    let className: String
    let data: Content

    init(_ className: String, message: String) {
        self.className = className
        data = Content(className: className, message: message)
    }
}
