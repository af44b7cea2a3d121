import Curl
import HTTPTypes

/// What becomes of a message that was sent to a webhook.
enum WebhookAnswer: Equatable {
    case arrived
    /// The receiver wants no message any more.
    case gone
    /// The receiver wants no message before then, neither this one nor another.
    case pause(Duration, reason: String)
    case failed(reason: String)
    /// This process stops; nobody knows whether the message has arrived.
    case stopped

    /// The longest pause that a receiver may ask for.
    private static let longestPause = Duration.seconds(3600)

    init(_ answer: HTTPAnswer) {
        let reason = "HTTP \(answer.status.code)"
        switch answer.status.code {
        case 200..<300: self = .arrived
        case 410: self = .gone
        default:
            self =
                answer.retryAfter.map { .pause(min($0, Self.longestPause), reason: reason) } ?? .failed(reason: reason)
        }
    }

    init(_ error: HTTPClientError) {
        self = error == .stopped ? .stopped : .failed(reason: error.description)
    }
}
