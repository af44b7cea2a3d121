import HTTPTypes
import ProfileImages

/// A problem in Clerk's words: one error of its catalogue, with what portraitd has to say as the long message.
struct ClerkError {
    private let problem: Problem
    private let status: HTTPResponse.Status
    private let code: ClerkErrorCode
    private let message: String

    init(_ problem: Problem) {
        self.problem = problem
        (status, code) = Self.classify(problem)
        message =
            switch problem.code {
            case "unsupported-format" where problem.found?.hasPrefix("image/") == true: "Unsupported image type"
            case "unsupported-format", "corrupt-image", "too-long", "too-much-work": "Image decode error"
            default: code.message
            }
    }

    func response(requestID: String) -> Response {
        let parameter = problem.pointer.map { String($0.dropFirst()) }
        let error: JSONValue = [
            "message": .string(message), "long_message": .string(problem.detail), "code": .string(code.rawValue),
            "meta": parameter.map { ["param_name": .string($0)] } ?? [:],
        ]
        let body: JSONValue = ["errors": [error], "clerk_trace_id": .string(requestID)]
        var fields = problem.headerFields
        // RFC 6750's challenge belongs to the native API's words.
        fields[.wwwAuthenticate] = status == .unauthorized ? "Bearer" : nil
        let response = try? Response.json(body, status: status, headerFields: fields)
        return response ?? Response(status, headerFields: fields)
    }

    private static func classify(_ problem: Problem) -> (HTTPResponse.Status, ClerkErrorCode) {
        if let code = ClerkErrorCode(rawValue: problem.code) { return (problem.status, code) }
        switch problem.code {
        case "no-user": return (.notFound, .resourceNotFound)
        case "no-image", "no-media", "no-avatar": return (.notFound, .imageNotFound)
        case "image-missing": return (.badRequest, .parameterMissing)
        case "unsupported-format", "corrupt-image", "too-long", "too-much-work", "bad-form", "bad-json":
            return (.badRequest, .bodyInvalid)
        case "bad-member": return (.unprocessableContent, .parameterInvalid)
        default: return (problem.status, code(of: problem.status))
        }
    }

    private static func code(of status: HTTPResponse.Status) -> ClerkErrorCode {
        switch status {
        case .unauthorized: .authenticationInvalid
        case .forbidden: .authorizationInvalid
        case .notFound: .resourceNotFound
        case .methodNotAllowed: .methodNotAllowed
        case .contentTooLarge: .imageTooLarge
        case .unsupportedMediaType: .contentTypeUnsupported
        case .tooManyRequests: .tooManyRequests
        case .serviceUnavailable, .insufficientStorage: .unavailable
        case .internalServerError: .internalError
        default: .requestInvalid
        }
    }
}

extension Problem {
    /// A problem that Clerk has a name for.
    init(_ status: HTTPResponse.Status, clerk code: ClerkErrorCode, _ detail: String, parameter: String? = nil) {
        self.init(status, code: code.rawValue, detail, pointer: parameter.map { "/\($0)" })
    }
}
