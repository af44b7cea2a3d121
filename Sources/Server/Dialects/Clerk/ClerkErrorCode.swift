/// The errors of Clerk's catalogue that are used here.
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

    /// What the error is called, whatever its occasion.
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
