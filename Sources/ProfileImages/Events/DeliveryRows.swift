package import FoundationEssentials

/// What is to be delivered to webhooks: a queue for each webhook and user.
package protocol DeliveryReading {
    /// The webhooks for which something is due at `time`, and that may be sent to.
    func webhooksWithDueDeliveries(at time: Date) throws -> [String]

    /// The first deliveries of a queue that are not dead, up to `limit`.
    func deliveries(of user: UserID, for webhook: String, limit: Int) throws -> [DeliveryQueue.Delivery]

    /// How many deliveries wait for each webhook, and how many are dead.
    func deliveryCounts() throws -> [String: (pending: Int, dead: Int)]

    /// Whether the lease with which `queue` was taken still holds.
    func isLeased(_ queue: DeliveryQueue) throws -> Bool

    func hasDelivery(of sequence: Int64, in queue: DeliveryQueue) throws -> Bool

    /// Up to `limit` events, from the first after `sequence`: one element for each webhook that is to get the event again, or one
    /// without a webhook. The webhooks are `webhook`, or with nil those that are enabled and subscribed.
    func replayable(_ selection: Replay, after sequence: Int64, limit: Int, to webhook: String?) throws
        -> [ReplayableEvent]
}

package protocol DeliveryWriting {
    /// Enqueues an event for a webhook, unless it waits already.
    /// - Returns: whether it was enqueued.
    func enqueueDelivery(of sequence: Int64, user: UserID, for webhook: String, at time: Date) throws -> Bool

    /// Leases up to `limit` queues that are due, those first that have waited longest.
    func leaseQueues(of webhook: String, as lease: String, limit: Int, until end: Date, now: Date) throws
        -> [LeasedQueue]

    func deleteDelivery(of sequence: Int64, in queue: DeliveryQueue) throws

    func setDead(_ sequence: Int64, in queue: DeliveryQueue, failures: Int, because reason: String, at time: Date)
        throws

    /// Makes all deliveries for a webhook dead.
    func setDead(allFor webhook: String, because reason: String, at time: Date) throws

    /// Ends the lease of a queue; a queue in which nothing waits is deleted.
    func releaseQueue(_ queue: DeliveryQueue, dueAt: Date, failures: Int, because reason: String?) throws

    /// Makes a user's queues due at `time`, except leased ones.
    func hastenQueues(of user: UserID, to time: Date) throws
}

/// A queue that was leased.
package struct LeasedQueue: Equatable, Sendable {
    package let user: UserID
    /// Since when it was due.
    package let dueAt: Date
    package let failures: Int
    /// Whether the lease before this one ended without being given back.
    package let wasAbandoned: Bool

    package init(user: UserID, dueAt: Date, failures: Int, wasAbandoned: Bool) {
        self.user = user
        self.dueAt = dueAt
        self.failures = failures
        self.wasAbandoned = wasAbandoned
    }
}

/// An event that is to be delivered again.
package struct ReplayableEvent: Equatable, Sendable {
    package let sequence: Int64
    package let user: UserID
    /// Nil when no webhook is to get it.
    package let webhook: String?

    package init(sequence: Int64, user: UserID, webhook: String?) {
        self.sequence = sequence
        self.user = user
        self.webhook = webhook
    }
}
