import FastCGI
import HTTPTypes
import ProfileImages

extension Problem {
    /// The one map from errors to what the client is told. An error that is not listed is our own fault.
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
    /// RFC 9110 §15, and RFC 4918 §11.5 for a full store.
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
