import HTTPTypes
import ProfileImages

/// A problem in Clerk's format: an error of Clerk's catalogue, with the problem's detail as the long message.
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
        // Only portraitd's own API sends the parameters of a challenge, RFC 6750 §3.
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
    /// Creates a problem with one of Clerk's error codes.
    init(_ status: HTTPResponse.Status, clerk code: ClerkErrorCode, _ detail: String, parameter: String? = nil) {
        self.init(status, code: code.rawValue, detail, pointer: parameter.map { "/\($0)" })
    }
}

/// The errors of Clerk's catalogue that portraitd uses.
enum ClerkErrorCode: String {
    case authenticationInvalid = "authentication_invalid"
    case authorizationHeaderFormatInvalid = "authorization_header_format_invalid"
    case authorizationInvalid = "authorization_invalid"
    case keyInvalid = "clerk_key_invalid"
    case parameterMissing = "form_param_missing"
    case parameterUnknown = "form_param_unknown"
    case parameterInvalid = "form_param_value_invalid"
    case bodyInvalid = "request_body_invalid"
    case imageTooLarge = "image_too_large"
    case imageNotFound = "image_not_found"
    case contentTypeUnsupported = "unsupported_content_type"
    case resourceNotFound = "resource_not_found"
    case methodNotAllowed = "method_not_allowed"
    case requestInvalid = "request_invalid"
    case tooManyRequests = "too_many_requests"
    case unavailable = "service_unavailable"
    case internalError = "internal_clerk_error"

    /// The short message, which is the same for every error with this code.
    var message: String {
        switch self {
        case .authenticationInvalid: "Invalid authentication"
        case .authorizationHeaderFormatInvalid: "Invalid Authorization header format"
        case .authorizationInvalid: "Unauthorized request"
        case .keyInvalid: "The provided Clerk Secret Key is invalid"
        case .parameterMissing: "Image file missing"
        case .parameterUnknown: "is unknown"
        case .parameterInvalid: "is invalid"
        case .bodyInvalid: "Request body invalid"
        case .imageTooLarge: "Image too large"
        case .imageNotFound: "Image not found"
        case .contentTypeUnsupported: "Content-Type is unsupported"
        case .resourceNotFound: "not found"
        case .methodNotAllowed: "Method not allowed"
        case .requestInvalid: "Request invalid"
        case .tooManyRequests: "Too many requests"
        case .unavailable: "Service unavailable"
        case .internalError: "Oops, an unexpected error occurred"
        }
    }
}
