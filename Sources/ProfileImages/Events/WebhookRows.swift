package import FoundationEssentials

/// The receivers of events.
package protocol WebhookReading {
    /// Every webhook, oldest first.
    func webhooks() throws -> [Webhook]

    /// The webhook, unless it is disabled or paused at `time`.
    func webhook(_ id: String, openAt time: Date) throws -> Webhook?

    /// The identifiers of the enabled webhooks that events of this kind are delivered to.
    func webhooks(subscribedTo kind: Event.Kind) throws -> [String]
}

/// A function that returns a Bool returns false if there is no such webhook.
package protocol WebhookWriting {
    func insertWebhook(_ webhook: Webhook) throws

    /// Deletes a webhook with its deliveries.
    func deleteWebhook(id: String) throws -> Bool

    /// Gives a webhook another secret; the one before signs until `end`, too.
    func setSecret(ofWebhook id: String, to secret: WebhookSecret, keepingFormerUntil end: Date) throws -> Bool

    /// - Parameter reason: nil enables the webhook, and ends its pause.
    func setDisabled(webhook id: String, because reason: String?) throws -> Bool

    /// Nothing is sent to the webhook before `time`.
    func setPaused(webhook id: String, until time: Date) throws
}
