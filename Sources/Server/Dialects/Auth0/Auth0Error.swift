import HTTPTypes
import ProfileImages

/// A problem in Auth0's formats: the Management API and the Authentication API have different ones.
struct Auth0Error {
    let problem: Problem

    /// The response of the Management API.
    var management: Response {
        var body: [String: JSONValue] = [
            "statusCode": .integer(Int64(status.code)), "error": .string(status.reasonPhrase),
            "message": .string(message),
        ]
        body["errorCode"] = errorCode.map(JSONValue.string)
        return response(.object(body))
    }

    /// The response of the Authentication API, RFC 6749 §5.2.
    var authentication: Response {
        let error =
            switch status {
            case .unauthorized: problem.code == "access_denied" ? "access_denied" : "invalid_token"
            case .forbidden: problem.code == "forbidden" ? "insufficient_scope" : problem.code
            case .badRequest: "invalid_request"
            default: problem.code.replacing("-", with: "_")
            }
        return response(["error": .string(error), "error_description": .string(problem.detail)])
    }

    /// 400 replaces 409 and 422: Auth0's clients repeat a request after 409, which would fail again.
    private var status: HTTPResponse.Status {
        switch problem.status {
        case .conflict, .unprocessableContent: .badRequest
        default: problem.status
        }
    }

    private var message: String {
        switch problem.code {
        case "no-user": "The user does not exist."
        case "bad-member", "bad-json", "bad-form": "Payload validation error: \(problem.detail)"
        default: problem.detail
        }
    }

    private var errorCode: String? {
        switch problem.code {
        case "no-user": "inexistent_user"
        case "insufficient_scope", "forbidden": "insufficient_scope"
        case "invalid_uri", "invalid_body", "inexistent_job", "inexistent_connection": problem.code
        default:
            switch status {
            case .badRequest, .unsupportedMediaType: "invalid_body"
            case .contentTooLarge: "payload_too_large"
            case .tooManyRequests: "too_many_requests"
            default: nil
            }
        }
    }

    private func response(_ body: JSONValue) -> Response {
        let response = try? Response.auth0(body, status: status)
        var fields = problem.headerFields
        fields.append(contentsOf: response?.headerFields ?? [:])
        return Response(status, headerFields: fields, body: response?.body ?? [])
    }
}

extension Response {
    /// Creates a JSON response with Auth0's header fields.
    static func auth0(_ body: JSONValue, status: HTTPResponse.Status = .ok) throws -> Response {
        try .json(
            body,
            status: status,
            contentType: "application/json; charset=utf-8",
            headerFields: CachePolicy.never
        )
    }
}

extension CodedError {
    static func auth0Body(_ detail: String) -> CodedError {
        CodedError(.malformed, code: "invalid_body", "Payload validation error: \(detail)")
    }
}
