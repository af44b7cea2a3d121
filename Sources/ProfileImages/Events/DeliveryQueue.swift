package import FoundationEssentials

/// The events of one user that wait for one webhook, in order, as a worker has leased them.
///
/// An event is sent after the delivery of the event before it has succeeded or is dead. Until the lease ends, no other
/// worker gets the queue.
package struct DeliveryQueue: Equatable, Sendable {
    /// An event that waits for its delivery.
    package struct Delivery: Equatable, Sendable {
        package let event: ProfileEvent
        /// The time when the delivery was enqueued.
        package let enqueuedAt: Date

        package init(event: ProfileEvent, enqueuedAt: Date) {
            self.event = event
            self.enqueuedAt = enqueuedAt
        }
    }

    /// The result with which a worker returns the queue.
    package enum Ending: Equatable, Sendable {
        /// The remaining deliveries are due at once.
        case released
        /// The next delivery has failed `failures` times and is tried again at `until`.
        case postponed(until: Date, failures: Int, because: String)
        /// The next delivery has failed `failures` times and becomes dead; the deliveries after it continue.
        case dead(failures: Int, because: String)
    }

    package let webhookID: String
    package let userID: UserID
    /// The random identifier of the current lease.
    package let lease: String
    /// The time when the queue became due.
    package let dueAt: Date
    /// The number of failed attempts of the first delivery.
    package let failures: Int
    /// Whether the previous lease ended before its worker returned the queue. The first delivery may have crashed that
    /// worker process.
    package let wasAbandoned: Bool
    /// The first deliveries, in order.
    package let deliveries: [Delivery]

    package init(
        webhookID: String,
        userID: UserID,
        lease: String,
        dueAt: Date,
        failures: Int,
        wasAbandoned: Bool = false,
        deliveries: [Delivery]
    ) {
        self.webhookID = webhookID
        self.userID = userID
        self.lease = lease
        self.dueAt = dueAt
        self.failures = failures
        self.wasAbandoned = wasAbandoned
        self.deliveries = deliveries
    }
}

/// Reads the deliveries to webhooks; each webhook has one queue for each user.
package protocol DeliveryReading {
    /// Returns the enabled webhooks that are not paused and have a queue that is due at `time`.
    func webhooksWithDueDeliveries(at time: Date) throws -> [String]

    /// Returns the first deliveries of a queue that are not dead, up to `limit`.
    func deliveries(of user: UserID, for webhook: String, limit: Int) throws -> [DeliveryQueue.Delivery]

    /// Returns the numbers of pending and dead deliveries for each webhook.
    func deliveryCounts() throws -> [String: (pending: Int, dead: Int)]

    /// Whether the lease of `queue` is still valid.
    func isLeased(_ queue: DeliveryQueue) throws -> Bool

    func hasDelivery(of sequence: Int64, in queue: DeliveryQueue) throws -> Bool

    /// Returns up to `limit` rows of the selected events, starting after `sequence`: one row for each webhook that gets
    /// the event, or one row without a webhook.
    /// - Parameter webhook: the only receiver; nil selects all enabled webhooks that are subscribed to the event.
    func replayable(_ selection: Replay, after sequence: Int64, limit: Int, to webhook: String?) throws
        -> [ReplayableEvent]
}

package protocol DeliveryWriting {
    /// Enqueues an event for a webhook. A pending delivery stays unchanged; a dead delivery becomes pending again.
    /// - Returns: whether the event was enqueued.
    func enqueueDelivery(of sequence: Int64, user: UserID, for webhook: String, at time: Date) throws -> Bool

    /// Leases up to `limit` queues that are due, longest due first.
    func leaseQueues(of webhook: String, as lease: String, limit: Int, until end: Date, now: Date) throws
        -> [LeasedQueue]

    func deleteDelivery(of sequence: Int64, in queue: DeliveryQueue) throws

    func setDead(_ sequence: Int64, in queue: DeliveryQueue, failures: Int, because reason: String, at time: Date)
        throws

    /// Marks all deliveries to a webhook as dead.
    func setDead(allFor webhook: String, because reason: String, at time: Date) throws

    /// Ends the lease of a queue, and deletes the queue if it has no pending delivery.
    func releaseQueue(_ queue: DeliveryQueue, dueAt: Date, failures: Int, because reason: String?) throws

    /// Makes all queues of a user due at `time`, except leased queues.
    func hastenQueues(of user: UserID, to time: Date) throws
}

/// A leased queue, without its deliveries.
package struct LeasedQueue: Equatable, Sendable {
    package let user: UserID
    /// The time when the queue became due.
    package let dueAt: Date
    package let failures: Int
    /// Whether the previous lease ended before its worker returned the queue.
    package let wasAbandoned: Bool

    package init(user: UserID, dueAt: Date, failures: Int, wasAbandoned: Bool) {
        self.user = user
        self.dueAt = dueAt
        self.failures = failures
        self.wasAbandoned = wasAbandoned
    }
}

/// An event to deliver again.
package struct ReplayableEvent: Equatable, Sendable {
    package let sequence: Int64
    package let user: UserID
    /// The receiver; nil if no webhook gets the event.
    package let webhook: String?

    package init(sequence: Int64, user: UserID, webhook: String?) {
        self.sequence = sequence
        self.user = user
        self.webhook = webhook
    }
}
