package import FoundationEssentials

/// A receiver of events, as the operator has set it up.
package struct Webhook: Equatable, Sendable {
    /// What the body of a request looks like.
    package enum Shape: String, CaseIterable, Sendable {
        /// One JSON object as CloudEvents 1.0 has it.
        case cloudEvents = "cloudevents"
        /// `properties` and `body`, as a Profile Notification has them.
        case profileNotification = "profile-notification"
    }

    /// A secret that was replaced, and signs for a while yet.
    package struct FormerSecret: Equatable, Sendable {
        package let secret: WebhookSecret
        package let end: Date

        package init(secret: WebhookSecret, end: Date) {
            self.secret = secret
            self.end = end
        }
    }

    /// How many there may be: each may keep threads busy.
    package static let maxCount = 32

    /// Names it in commands and logs.
    package let id: String
    package let url: RemoteURL
    package let secret: WebhookSecret
    package let formerSecret: FormerSecret?
    /// What it wants to hear of; nil for everything.
    package let kinds: Set<Event.Kind>?
    package let shape: Shape
    /// Why nothing is sent to it; nil when it is enabled.
    package let disabledBecause: String?
    /// When it wants to be asked again.
    package let pausedUntil: Date?
    /// In whole milliseconds.
    package let createdAt: Date

    package init(
        id: String,
        url: RemoteURL,
        secret: WebhookSecret,
        formerSecret: FormerSecret? = nil,
        kinds: Set<Event.Kind>?,
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

    /// A new webhook with a secret of its own.
    package init(url: RemoteURL, kinds: Set<Event.Kind>?, shape: Shape, createdAt: Date) {
        self.init(
            id: "whk_\(UInt64.random(in: .min ... .max).hexadecimal)",
            url: url,
            secret: .random(),
            kinds: kinds,
            shape: shape,
            createdAt: createdAt
        )
    }

    /// The secrets that sign at `time`, the newest first.
    package func secrets(at time: Date) -> [WebhookSecret] {
        guard let formerSecret, formerSecret.end > time else { return [secret] }
        return [secret, formerSecret.secret]
    }
}
