package import FoundationEssentials

extension WriteTransaction {
    /// Adds a webhook, which hears of what happens from now on.
    /// - Throws: `WebhookError.tooMany`.
    package func addWebhook(_ webhook: Webhook) throws {
        guard try webhooks().count < Webhook.maxCount else { throw WebhookError.tooMany(limit: Webhook.maxCount) }
        try insertWebhook(webhook)
    }

    /// Sends nothing to a webhook any more. What was to be delivered to it is dead, and can be replayed.
    /// - Returns: false when there is none of this name.
    package func disableWebhook(id: String, because reason: String, at time: Date) throws -> Bool {
        try setDead(allFor: id, because: reason, at: time)
        return try setDisabled(webhook: id, because: reason)
    }

    /// Delivers events once more: to one webhook, or to each that is enabled and subscribed. Those are up to `limit` events,
    /// from the first after `sequence`.
    /// - Returns: how many deliveries that makes, and the last event; nil when there are no such events.
    package func replay(_ selection: Replay, after sequence: Int64, limit: Int, to webhook: String?, at time: Date)
        throws -> (deliveries: Int, last: Int64)?
    {
        let events = try replayable(selection, after: sequence, limit: limit, to: webhook)
        guard let last = events.last else { return nil }
        let count = try events.count { event in
            guard let webhook = event.webhook else { return false }
            return try enqueueDelivery(of: event.sequence, user: event.user, for: webhook, at: time)
        }
        return (count, last.sequence)
    }
}
