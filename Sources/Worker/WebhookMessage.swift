import Bytes
package import Curl
package import FoundationEssentials
import HTTPTypes
package import ProfileImages

/// The message for a webhook: an event in the webhook's shape.
package struct WebhookMessage: Sendable {
    private let id: String
    private let mediaType: String
    private let body: [UInt8]

    package init(_ event: ProfileEvent, as shape: Webhook.Shape, urls: PictureURLs) throws {
        switch shape {
        case .cloudEvents:
            try self.init(CloudEvent(event, urls: urls), id: event.id, mediaType: CloudEvent.mediaType)
        case .profileNotification:
            try self.init(
                ProfileNotification(event, urls: urls),
                id: event.id,
                mediaType: ProfileNotification.mediaType
            )
        }
    }

    /// Makes a test message without an event, to try a receiver.
    package init(testAs shape: Webhook.Shape, urls: PictureURLs, now: Date = .now) throws {
        let id = "test_\(UInt64.random(in: .min ... .max).hexadecimal)"
        switch shape {
        case .cloudEvents:
            let event = CloudEvent(testAt: now, id: id, urls: urls)
            try self.init(event, id: id, mediaType: CloudEvent.mediaType)
        case .profileNotification:
            try self.init(ProfileNotification.test, id: id, mediaType: ProfileNotification.mediaType)
        }
    }

    private init(_ content: some Encodable, id: String, mediaType: String) throws {
        self.id = id
        self.mediaType = mediaType
        body = Array(try JSONEncoder.standard().encode(content))
    }

    /// Returns the signed request: standardwebhooks.com.
    package func call(to webhook: Webhook, now: Date = .now) -> HTTPCall {
        let timestamp = Int(now.timeIntervalSince1970)
        let signatures = webhook.secrets(at: now).map { $0.signature(of: body, id: id, timestamp: timestamp) }
        return HTTPCall(
            .post(body),
            webhook.url.rawValue,
            fields: [
                .contentType: mediaType,
                .webhookID: id,
                .webhookTimestamp: String(timestamp),
                .webhookSignature: signatures.joined(separator: " "),
            ]
        )
    }

    /// Sends the request, and returns the outcome.
    func send(to webhook: Webhook, with client: inout HTTPClient) -> WebhookAnswer {
        do throws(HTTPClientError) {
            return WebhookAnswer(try client.send(call(to: webhook)))
        } catch {
            return WebhookAnswer(error)
        }
    }
}

/// The outcome of sending a message to a webhook.
enum WebhookAnswer: Equatable {
    case arrived
    /// The receiver wants no more messages.
    case gone
    /// The receiver wants no messages at all for this time.
    case pause(Duration, reason: String)
    case failed(reason: String)
    /// This process stops; it is unknown whether the message has arrived.
    case stopped

    /// The longest pause that a receiver can ask for.
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

extension HTTPField.Name {
    static let webhookID = Self.known("webhook-id")
    static let webhookTimestamp = Self.known("webhook-timestamp")
    static let webhookSignature = Self.known("webhook-signature")

    private static func known(_ name: String) -> Self {
        guard let name = Self(name) else { preconditionFailure("\(name) is a token") }
        return name
    }
}
