import HTTPTypes
package import ProfileImages
import Synchronization

/// The metrics of this process. They contain no user identifiers.
package final class Metrics: UploadObserver, Sendable {
    /// A response with the facts that are counted.
    struct Answer {
        let response: Response
        /// The template of the path; a path may contain a user's identifier.
        let route: String
        let duration: Duration
    }

    private let requests = CounterFamily(
        "portraitd_requests",
        help: "Answered requests.",
        labels: ["route", "method", "status"]
    )
    private let requestTimes = HistogramFamily(
        "portraitd_request_duration_seconds",
        help: "Time from the head of a request to its response; nginx has received the body before.",
        labels: ["route"]
    )
    private let uploads = CounterFamily(
        "portraitd_uploads",
        help: "Uploaded pictures: stored, or refused with the problem code as the reason.",
        labels: ["outcome", "reason"]
    )
    private let stages = HistogramFamily(
        "portraitd_upload_stage_duration_seconds",
        help: "Time of each stage of an upload.",
        labels: ["stage"]
    )
    private let storeErrors = CounterFamily(
        "portraitd_store_errors",
        help: "Errors of the database and the file system.",
        labels: ["kind"]
    )
    private let running = Atomic(0)

    package init() {}

    /// Counts one request while it runs, and its response.
    func measuring(_ method: HTTPRequest.Method, _ answer: () -> Answer) -> Response {
        running.add(1, ordering: .relaxed)
        defer { running.subtract(1, ordering: .relaxed) }
        let answer = answer()
        requests.increment(answer.route, Self.known(method), String(answer.response.status.code))
        requestTimes.observe(answer.duration, answer.route)
        return answer.response
    }

    /// Counts errors of the stores; ignores other errors.
    func count(_ error: any Error) {
        switch error {
        case StoreError.full: storeErrors.increment("full")
        case StoreError.busy: storeErrors.increment("busy")
        case StoreError.unavailable: storeErrors.increment("unavailable")
        default: break
        }
    }

    package func uploadStage(_ stage: UploadStage, took time: Duration) {
        stages.observe(time, stage.rawValue)
    }

    package func uploadEnded(with error: (any Error)?) {
        if let error {
            uploads.increment("refused", Problem(error).code)
        } else {
            uploads.increment("stored", "")
        }
    }

    func write(to text: inout OpenMetricsText) {
        requests.write(to: &text)
        requestTimes.write(to: &text)
        text.gauge(
            "portraitd_requests_in_progress",
            help: "Requests in progress, including requests that wait for memory.",
            Double(running.load(ordering: .relaxed))
        )
        uploads.write(to: &text)
        stages.write(to: &text)
        storeErrors.write(to: &text)
    }

    /// Clients may send any word as the method. Unknown methods share one label, so that they do not create time
    /// series.
    private static func known(_ method: HTTPRequest.Method) -> String {
        [.get, .head, .put, .post, .patch, .delete, .options].contains(method) ? method.rawValue : "other"
    }
}
