package import FoundationEssentials

extension WriteTransaction {
    /// Adds a webhook. It gets the events from now on.
    /// - Throws: `WebhookError.tooMany`.
    package func addWebhook(_ webhook: Webhook) throws {
        guard try webhooks().count < Webhook.maxCount else { throw WebhookError.tooMany(limit: Webhook.maxCount) }
        try insertWebhook(webhook)
    }

    /// Disables a webhook. Its deliveries are dead, and can be replayed.
    /// - Returns: false if there is no such webhook.
    package func disableWebhook(id: String, because reason: String, at time: Date) throws -> Bool {
        try setDead(allFor: id, because: reason, at: time)
        return try setDisabled(webhook: id, because: reason)
    }

    /// Enqueues up to `limit` events again, from the first after `sequence`: for one webhook, or for each that is enabled and
    /// subscribed.
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
