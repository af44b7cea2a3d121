package import FoundationEssentials

extension WriteTransaction {
    /// Adds a webhook. It gets only events that are recorded from now on.
    /// - Throws: `WebhookError.tooMany` if `Webhook.maxCount` webhooks exist.
    package func addWebhook(_ webhook: Webhook) throws {
        guard try webhooks().count < Webhook.maxCount else { throw WebhookError.tooMany(limit: Webhook.maxCount) }
        try insertWebhook(webhook)
    }

    /// Disables a webhook and marks its deliveries as dead; they can be replayed.
    /// - Returns: false if the webhook does not exist.
    package func disableWebhook(id: String, because reason: String, at time: Date) throws -> Bool {
        try setDead(allFor: id, because: reason, at: time)
        return try setDisabled(webhook: id, because: reason)
    }

    /// Enqueues up to `limit` events again, starting after `sequence`.
    /// - Parameter webhook: the only receiver; nil delivers to every enabled webhook that is subscribed to the event.
    /// - Returns: the number of enqueued deliveries and the sequence number of the last event; nil if no event matches.
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

/// The events to deliver again.
package enum Replay: Equatable, Sendable {
    /// The event with this identifier.
    case event(String)
    /// The events whose deliveries are dead.
    case dead
    /// All events at this time or later.
    case since(Date)
}

/// The reason why a webhook cannot be added.
package enum WebhookError: Error, Equatable {
    /// The maximum number of webhooks exists already.
    case tooMany(limit: Int)
}

/// Reads the webhooks.
package protocol WebhookReading {
    /// Returns all webhooks, oldest first.
    func webhooks() throws -> [Webhook]

    /// Returns the webhook; nil if it does not exist, or is disabled or paused at `time`.
    func webhook(_ id: String, openAt time: Date) throws -> Webhook?

    /// Returns the identifiers of the enabled webhooks that are subscribed to events of this kind.
    func webhooks(subscribedTo kind: ProfileEvent.Kind) throws -> [String]
}

/// Changes the webhooks. Functions with a Boolean result return false if the webhook does not exist.
package protocol WebhookWriting {
    func insertWebhook(_ webhook: Webhook) throws

    /// Deletes a webhook and its deliveries.
    func deleteWebhook(id: String) throws -> Bool

    /// Replaces the webhook's secret; the old secret also signs until `end`.
    func setSecret(ofWebhook id: String, to secret: WebhookSecret, keepingFormerUntil end: Date) throws -> Bool

    /// Disables or enables a webhook.
    /// - Parameter reason: the reason for disabling it; nil enables the webhook and ends its pause.
    func setDisabled(webhook id: String, because reason: String?) throws -> Bool

    /// Pauses the webhook: nothing is sent to it before `time`.
    func setPaused(webhook id: String, until time: Date) throws
}
