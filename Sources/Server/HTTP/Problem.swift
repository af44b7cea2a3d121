import FastCGI
package import HTTPTypes
import ProfileImages

/// An error in the form that the client gets: RFC 9457 problem details.
///
/// The detail says what was found and what is allowed. It never contains paths, SQL or messages of libraries.
package struct Problem: Error, Equatable, Sendable {
    package let status: HTTPResponse.Status
    /// Identifies the kind of problem for programs; it never changes.
    package let code: String
    /// Explains this problem for people.
    package let detail: String
    /// The value in the request, if it can be named.
    package var found: String?
    /// The accepted values, if they can be listed.
    package var allowed: [String]?
    /// The exceeded limit, in the unit that the detail names.
    package var limit: Int?
    /// The JSON Pointer of the faulty member in the request, RFC 6901.
    package var pointer: String?
    /// The name of the faulty query parameter.
    package var parameter: String?
    /// The cause inside this server, only for the log.
    package var cause: String?
    /// The header fields that belong to the status.
    package var headerFields: HTTPFields = [:]

    package init(
        _ status: HTTPResponse.Status,
        code: String,
        _ detail: String,
        found: String? = nil,
        allowed: [String]? = nil,
        limit: Int? = nil,
        pointer: String? = nil,
        cause: String? = nil,
        headerFields: HTTPFields = [:]
    ) {
        self.status = status
        self.code = code
        self.detail = detail
        self.found = found
        self.allowed = allowed
        self.limit = limit
        self.pointer = pointer
        self.cause = cause
        self.headerFields = headerFields
    }

    static func badRequest(_ detail: String) -> Problem {
        Problem(.badRequest, code: "bad-request", detail)
    }

    static func notFound(_ detail: String) -> Problem {
        Problem(.notFound, code: "not-found", detail)
    }

    static func unauthorized(_ detail: String, error: String?) -> Problem {
        // RFC 6750 §3: the error parameter is sent only if the request has a token.
        let parameters = error.map { ", error=\"\($0)\", error_description=\"\(detail)\"" } ?? ""
        return Problem(
            .unauthorized,
            code: "unauthorized",
            detail,
            headerFields: [.wwwAuthenticate: "Bearer realm=\"portraitd\"\(parameters)"]
        )
    }

    static func forbidden(_ detail: String, missingScope: String? = nil) -> Problem {
        let challenge = missingScope.map { "Bearer realm=\"portraitd\", error=\"insufficient_scope\", scope=\"\($0)\"" }
        return Problem(
            .forbidden,
            code: "forbidden",
            detail,
            headerFields: challenge.map { [.wwwAuthenticate: $0] } ?? [:]
        )
    }
}

extension Problem {
    static var badUserID: Problem {
        .badRequest("A user identifier has 1 to \(UserID.maxBytes) bytes and no control characters.")
    }

    static var noImage: Problem {
        Problem(.notFound, code: "no-image", "The user has no profile image.")
    }

    static var noMedia: Problem {
        Problem(.notFound, code: "no-media", "The user has no media item with this identifier.")
    }

    /// The image does not exist, or not in this size or format.
    static var noVariant: Problem {
        .notFound("There is no image at this path.")
    }
}

extension Problem {
    /// The members of the JSON object, RFC 9457 §3.1 and extensions.
    private struct Details: Encodable {
        let type = "about:blank"
        let title: String
        let status: Int
        let detail: String
        let code: String
        let requestId: String
        let found: String?
        let allowed: [String]?
        let limit: Int?
        let pointer: String?
        let parameter: String?
    }

    /// Returns the response to the request with the identifier `requestID`.
    func response(requestID: String) -> Response {
        let details = Details(
            title: status.reasonPhrase,
            status: status.code,
            detail: detail,
            code: code,
            requestId: requestID,
            found: found,
            allowed: allowed,
            limit: limit,
            pointer: pointer,
            parameter: parameter
        )
        let response = try? Response.json(
            details,
            status: status,
            contentType: "application/problem+json",
            headerFields: headerFields
        )
        return response ?? Response(status, headerFields: headerFields)
    }
}

extension Problem {
    /// The only map from errors to responses. An error that is not listed becomes an internal server error.
    package init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as FastCGIBodyError: self.init(error)
        case let error as MultipartForm.Failure: self.init(error)
        default: self.init(CodedError(error))
        }
    }

    private init(_ error: CodedError) {
        self.init(
            error.kind.status,
            code: error.code,
            error.detail,
            found: error.found,
            allowed: error.allowed,
            limit: error.limit,
            pointer: error.pointer,
            cause: error.cause,
            headerFields: error.retryAfter.map { [.retryAfter: String($0)] } ?? [:]
        )
        parameter = error.parameter
    }

    private init(_ error: FastCGIBodyError) {
        switch error {
        case .tooLarge(let announced, let limit):
            self.init(CodedError.tooManyBytes(announced, limit: limit))
        case .invalidLength(let value):
            self.init(.badRequest, code: "bad-request", "Content-Length is not a number of bytes.", found: value)
        case .tooShort(let received, let announced):
            self.init(
                .badRequest,
                code: "incomplete-body",
                "The body ended after \(received) of the \(announced) bytes that Content-Length announced."
            )
        case .timedOut(let received, let announced):
            self.init(
                .requestTimeout,
                code: "incomplete-body",
                "Nothing more came after \(received) of the \(announced) bytes that Content-Length announced."
            )
        case .tooLong(let announced):
            self.init(
                .badRequest,
                code: "bad-request",
                "The body is longer than the \(announced) bytes that Content-Length announced."
            )
        }
    }

    private init(_ failure: MultipartForm.Failure) {
        switch failure {
        case .invalidBoundary:
            self.init(
                .badRequest,
                code: "bad-form",
                "The multipart boundary is missing or not 1 to 70 allowed characters."
            )
        case .malformed(let reason):
            self.init(.badRequest, code: "bad-form", "The multipart body is malformed: \(reason).")
        }
    }
}

extension CodedError.Kind {
    /// RFC 9110 §15; RFC 4918 §11.5 for a full store.
    fileprivate var status: HTTPResponse.Status {
        switch self {
        case .malformed: .badRequest
        case .notFound: .notFound
        case .conflict: .conflict
        case .gone: .gone
        case .preconditionFailed: .preconditionFailed
        case .tooLarge: .contentTooLarge
        case .unsupportedType: .unsupportedMediaType
        case .unprocessable: .unprocessableContent
        case .tooMany: .tooManyRequests
        case .unavailable: .serviceUnavailable
        case .full: .insufficientStorage
        case .fault: .internalServerError
        }
    }
}

extension HTTPResponse.Status {
    /// RFC 4918 §11.5.
    static let insufficientStorage = Self(code: 507, reasonPhrase: "Insufficient Storage")
}
