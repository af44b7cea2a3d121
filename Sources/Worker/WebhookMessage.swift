package import Curl
package import FoundationEssentials
import HTTPTypes
package import ProfileImages

/// What is sent to a webhook: an event in the shape that it wants.
package struct WebhookMessage: Sendable {
    private let id: String
    private let mediaType: String
    private let body: [UInt8]

    package init(_ event: Event, as shape: Webhook.Shape, urls: PictureURLs) throws {
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

    /// A message that tells of nothing, for a receiver to be tried out with.
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
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self.id = id
        self.mediaType = mediaType
        body = Array(try encoder.encode(content))
    }

    /// The signed request, as the Standard Webhooks specification has it.
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

    /// Sends the request, and tells what has become of it.
    func send(to webhook: Webhook, with client: inout HTTPClient) -> WebhookAnswer {
        do throws(HTTPClientError) {
            return WebhookAnswer(try client.send(call(to: webhook)))
        } catch {
            return WebhookAnswer(error)
        }
    }
}
