import Bytes
import Crypto
package import FoundationEssentials

/// A receiver of events that the operator has added.
package struct Webhook: Equatable, Sendable {
    /// The format of the request body.
    package enum Shape: String, CaseIterable, Sendable {
        /// One CloudEvents 1.0 JSON object.
        case cloudEvents = "cloudevents"
        /// A JSON object with `properties` and `body`, as in a Profile Notification.
        case profileNotification = "profile-notification"
    }

    /// A replaced secret, which still signs until `end`.
    package struct FormerSecret: Equatable, Sendable {
        package let secret: WebhookSecret
        package let end: Date

        package init(secret: WebhookSecret, end: Date) {
            self.secret = secret
            self.end = end
        }
    }

    /// The maximum number of webhooks: each one may keep threads busy.
    package static let maxCount = 32

    /// The identifier in commands and logs.
    package let id: String
    package let url: RemoteURL
    package let secret: WebhookSecret
    package let formerSecret: FormerSecret?
    /// The kinds of events that are delivered; nil for all.
    package let kinds: Set<ProfileEvent.Kind>?
    package let shape: Shape
    /// The reason why the webhook is disabled; nil if it is enabled.
    package let disabledBecause: String?
    /// No request is sent before this time, because the receiver has asked for a pause; nil without a pause.
    package let pausedUntil: Date?
    /// In whole milliseconds.
    package let createdAt: Date

    package init(
        id: String,
        url: RemoteURL,
        secret: WebhookSecret,
        formerSecret: FormerSecret? = nil,
        kinds: Set<ProfileEvent.Kind>?,
        shape: Shape,
        disabledBecause: String? = nil,
        pausedUntil: Date? = nil,
        createdAt: Date
    ) {
        self.id = id
        self.url = url
        self.secret = secret
        self.formerSecret = formerSecret
        self.kinds = kinds
        self.shape = shape
        self.disabledBecause = disabledBecause
        self.pausedUntil = pausedUntil
        self.createdAt = createdAt.inWholeMilliseconds
    }

    /// Creates a webhook with a random identifier and secret.
    package init(url: RemoteURL, kinds: Set<ProfileEvent.Kind>?, shape: Shape, createdAt: Date) {
        self.init(
            id: "whk_\(UInt64.random(in: .min ... .max).hexadecimal)",
            url: url,
            secret: .random(),
            kinds: kinds,
            shape: shape,
            createdAt: createdAt
        )
    }

    /// The secrets that sign at `time`, newest first.
    package func secrets(at time: Date) -> [WebhookSecret] {
        guard let formerSecret, formerSecret.end > time else { return [secret] }
        return [secret, formerSecret.secret]
    }
}

/// The key that a webhook's sender and receiver share, in the format of the Standard Webhooks specification.
package struct WebhookSecret: RawRepresentable, Equatable, Sendable {
    private static let prefix = "whsec_"
    private static let byteCounts = 24...64

    /// `whsec_` followed by Base64.
    package let rawValue: String
    private let key: SymmetricKey

    /// Returns nil unless `rawValue` is `whsec_` followed by the Base64 of 24 to 64 bytes.
    package init?(rawValue: String) {
        guard rawValue.hasPrefix(Self.prefix),
            let bytes = Data(base64Encoded: String(rawValue.dropFirst(Self.prefix.count))),
            Self.byteCounts.contains(bytes.count)
        else { return nil }
        self.rawValue = rawValue
        key = SymmetricKey(data: bytes)
    }

    private init(bytes: Data) {
        rawValue = Self.prefix + bytes.base64EncodedString()
        key = SymmetricKey(data: bytes)
    }

    /// Creates a secret with the system's cryptographic random number generator.
    package static func random() -> Self {
        Self(bytes: Data((0..<32).map { _ in UInt8.random(in: .min ... .max) }))
    }

    /// Signs a message.
    /// - Parameters:
    ///   - id: the message's identifier, without a full stop.
    ///   - timestamp: seconds since 1970.
    /// - Returns: one signature in the format of the header `webhook-signature`.
    package func signature(of body: [UInt8], id: String, timestamp: Int) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Array("\(id).\(timestamp).".utf8) + body, using: key)
        return "v1,\(Data(code).base64EncodedString())"
    }
}
