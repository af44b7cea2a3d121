import HTTPTypes
package import ProfileImages
import Synchronization

/// What the process counts of itself. Nothing here names a user.
package final class Metrics: UploadObserver, Sendable {
    /// How a request was answered.
    struct Answer {
        let response: Response
        /// The path's template: a path itself may name a user.
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
        help: "From the head of a request to its answer; nginx has the body by then.",
        labels: ["route"]
    )
    private let uploads = CounterFamily(
        "portraitd_uploads",
        help: "Pictures that were sent: stored, or refused for the reason that the client was told.",
        labels: ["outcome", "reason"]
    )
    private let stages = HistogramFamily(
        "portraitd_upload_stage_duration_seconds",
        help: "The parts of the work on an upload.",
        labels: ["stage"]
    )
    private let storeErrors = CounterFamily(
        "portraitd_store_errors",
        help: "What the database or the file system refused.",
        labels: ["kind"]
    )
    private let running = Atomic(0)

    package init() {}

    /// Counts one request, while and after it is answered.
    func measuring(_ method: HTTPRequest.Method, _ answer: () -> Answer) -> Response {
        running.add(1, ordering: .relaxed)
        defer { running.subtract(1, ordering: .relaxed) }
        let answer = answer()
        requests.increment(answer.route, Self.known(method), String(answer.response.status.code))
        requestTimes.observe(answer.duration, answer.route)
        return answer.response
    }

    /// Counts what a store refused; other errors are no store's.
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
            help: "Requests that are worked on, or wait for memory.",
            Double(running.load(ordering: .relaxed))
        )
        uploads.write(to: &text)
        stages.write(to: &text)
        storeErrors.write(to: &text)
    }

    /// A client may send any word as its method; those that are nobody's must not each become a time series.
    private static func known(_ method: HTTPRequest.Method) -> String {
        [.get, .head, .put, .post, .patch, .delete, .options].contains(method) ? method.rawValue : "other"
    }
}
