package import FoundationEssentials

/// The receivers of events.
package protocol WebhookStore: Sendable {
    /// Every webhook, oldest first.
    func webhooks() throws -> [Webhook]

    /// Adds a webhook, which hears of what happens from now on.
    /// - Throws: `WebhookError.tooMany`.
    func addWebhook(_ webhook: Webhook) throws

    /// Removes a webhook, with what was to be delivered to it.
    /// - Returns: false when there is none of this name.
    func removeWebhook(id: String) throws -> Bool

    /// Gives a webhook another secret; the one before signs until `end`, too.
    /// - Returns: false when there is none of this name.
    func rotateSecret(ofWebhook id: String, to secret: WebhookSecret, keepingFormerUntil end: Date) throws -> Bool

    /// Sends nothing to a webhook any more. What was to be delivered to it is dead, and can be replayed.
    /// - Returns: false when there is none of this name.
    func disableWebhook(id: String, because reason: String, at time: Date) throws -> Bool

    /// - Returns: false when there is none of this name.
    func enableWebhook(id: String) throws -> Bool

    /// Sends nothing to a webhook before `time`.
    func pauseWebhook(id: String, until time: Date) throws
}
