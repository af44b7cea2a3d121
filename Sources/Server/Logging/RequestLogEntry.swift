import HTTPTypes
import Logging
import ProfileImages

/// The one log line of a request. It holds no token, no query and no body.
struct RequestLogEntry {
    private let request: Request
    /// The path's template; the path itself may name a user.
    var route = "-"
    var principal: Principal?
    var problem: Problem?

    init(_ request: Request) {
        self.request = request
    }

    func log(_ response: Response, duration: Duration, to logger: Logger) {
        var metadata: Logger.Metadata = [
            "request.id": "\(request.id)",
            "method": "\(request.head.method.rawValue)",
            "route": "\(route)",
            "status": "\(response.status.code)",
            "bytes.in": "\(request.head.headerFields[.contentLength] ?? "0")",
            "bytes.out": "\(response.body.count)",
            "ms": "\(milliseconds(duration))",
        ]
        metadata["trace.id"] = request.traceID.map { "\($0)" }
        switch principal {
        case .user(let user, _, _): metadata["user.id"] = "\(user.rawValue)"
        case .application(let keyID, _): metadata["key.id"] = "\(keyID)"
        case nil: break
        }
        metadata["cause"] = response.cause.map { "\($0)" }
        if let problem {
            metadata["problem"] = "\(problem.code)"
            metadata["cause"] = problem.cause.map { "\($0)" }
        }
        let isFault = response.status.kind == .serverError || response.cause != nil
        logger.log(level: isFault ? .error : .info, "request", metadata: metadata)
    }

    /// With one decimal.
    private func milliseconds(_ duration: Duration) -> Double {
        (duration / .milliseconds(1) * 10).rounded() / 10
    }
}
