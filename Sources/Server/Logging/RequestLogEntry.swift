import Bytes
import HTTPTypes
import Logging
import ProfileImages

/// The log line of a request. It contains no token, no query and no body.
struct RequestLogEntry {
    private let request: Request
    /// The template of the path; the path itself may contain a user's identifier.
    var route = "-"
    var principal: Principal?
    var problem: Problem?

    init(_ request: Request) {
        self.request = request
    }

    func log(_ response: Response, duration: Duration, to logger: Logger) {
        var metadata: Logger.Metadata = [
            "request.id": .string(request.id),
            "method": .string(request.head.method.rawValue),
            "route": .string(route),
            "status": .string(String(response.status.code)),
            "bytes.in": .string(request.head.headerFields[.contentLength] ?? "0"),
            "bytes.out": .string(String(response.body.count)),
            "ms": .string(milliseconds(duration)),
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
    private func milliseconds(_ duration: Duration) -> String {
        let tenths = Int((duration / .microseconds(100)).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}

extension Request {
    /// The trace ID, 32 hexadecimal digits in the header `traceparent`: W3C Trace Context §3.2. Nil if the header is
    /// absent or malformed.
    var traceID: Substring? {
        guard let parts = head.headerFields[.traceparent]?.split(separator: "-", omittingEmptySubsequences: false),
            parts.count >= 4,
            zip([2, 32, 16, 2], parts).allSatisfy({ $1.utf8.count == $0 && $1.utf8.allSatisfy(\.isLowerCaseHexDigit) }),
            parts[0] != "ff", parts[0] != "00" || parts.count == 4, parts[1].contains(where: { $0 != "0" })
        else { return nil }
        return parts[1]
    }
}
