import Curl
import FoundationEssentials
import HTTPTypes

/// What becomes of a message that was sent to a webhook.
enum WebhookAnswer: Equatable {
    case arrived
    /// The receiver wants no message any more.
    case gone
    /// The receiver wants no message before then, neither this one nor another.
    case pause(TimeInterval, reason: String)
    case failed(reason: String)
    /// This process stops; nobody knows whether the message has arrived.
    case stopped

    /// The longest pause that a receiver may ask for.
    private static let longestPause: TimeInterval = 3600

    init(_ answer: HTTPAnswer, now: Date) {
        let reason = "HTTP \(answer.status.code)"
        switch answer.status.code {
        case 200..<300: self = .arrived
        case 410: self = .gone
        default:
            let pause = answer.fields[.retryAfter].flatMap { Self.seconds($0, now: now) }
            self = pause.map { .pause($0, reason: reason) } ?? .failed(reason: reason)
        }
    }

    init(_ error: HTTPClientError) {
        self = error == .stopped ? .stopped : .failed(reason: error.description)
    }

    /// A `Retry-After`, RFC 9110 §10.2.3: seconds, or a date.
    private static func seconds(_ text: String, now: Date) -> TimeInterval? {
        let seconds = Int(text).map(TimeInterval.init) ?? (try? Date(text, strategy: .http))?.timeIntervalSince(now)
        return seconds.flatMap { $0 > 0 ? min($0, longestPause) : nil }
    }
}
