import Curl
import HTTPTypes
import ProfileImages

extension ImportFailure {
    /// A job was taken as often as may be, and no worker lived to say why it failed.
    static let abandoned = ImportFailure(
        code: "abandoned",
        detail: "The import did not come to an end, however often it was begun."
    )

    static let empty = ImportFailure(code: "image-missing", detail: "The server sent an empty file.")

    static func tooManyBytes(limit: Int) -> ImportFailure {
        ImportFailure(
            code: "too-many-bytes",
            detail: "The file has more than \(limit) bytes, the most that is allowed."
        )
    }

    /// A server answered, but not with a picture.
    init(_ answer: HTTPAnswer) {
        let isTransient =
            answer.status.kind == .serverError || [.requestTimeout, .tooManyRequests].contains(answer.status)
        self.init(
            code: "bad-status",
            detail: "The server answered with the status \(answer.status.code).",
            isTransient: isTransient
        )
    }

    /// Why an import failed: the server's fault, or what an upload of the same picture would be told.
    init(importing error: any Error) {
        switch error {
        case let failure as ImportFailure: self = failure
        case let error as HTTPClientError:
            self.init(code: error.code, detail: "\(error)", isTransient: error.isTransient)
        default: self.init(error)
        }
    }
}

extension HTTPClientError {
    fileprivate var code: String {
        switch self {
        case .invalidURL: "invalid-url"
        case .unsupportedScheme: "unsupported-scheme"
        case .refusedAddress: "refused-address"
        case .unknownHost: "unknown-host"
        case .unreachable: "unreachable"
        case .timedOut: "timed-out"
        case .tooManyRedirects: "too-many-redirects"
        case .untrusted: "untrusted"
        case .interrupted: "interrupted"
        case .malformed: "malformed-answer"
        case .stopped: "stopped"
        case .failed: "transfer-failed"
        }
    }
}
