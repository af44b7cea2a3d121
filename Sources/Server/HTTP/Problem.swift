package import HTTPTypes

/// An error as the client sees it: RFC 9457 problem details.
///
/// The detail says what was found and what is allowed. It never holds paths, SQL or the words of a library.
package struct Problem: Error, Equatable, Sendable {
    package let status: HTTPResponse.Status
    /// Names the kind of problem for programs; it never changes.
    package let code: String
    /// Explains this occurrence to a person.
    package let detail: String
    /// What the request had, where that can be named.
    package var found: String?
    /// What would have been accepted, where that can be listed.
    package var allowed: [String]?
    /// The bound that was exceeded, in the unit that the detail names.
    package var limit: Int?
    /// The member of the request's JSON that is meant, RFC 6901.
    package var pointer: String?
    /// The parameter of the query that is meant.
    package var parameter: String?
    /// What went wrong on our side, for the log only.
    package var cause: String?
    /// Header fields that the status asks for.
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
        // RFC 6750 §3: the error parameter only where a token was presented.
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
