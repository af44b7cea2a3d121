package import FoundationEssentials

/// The events of one user that wait for one webhook, in their order: the next is sent when the one before has arrived, or
/// when it never will. Whoever has taken a queue has it alone until its lease ends.
package struct DeliveryQueue: Equatable, Sendable {
    /// An event on its way.
    package struct Delivery: Equatable, Sendable {
        package let event: Event
        /// Since when it waits.
        package let enqueuedAt: Date

        package init(event: Event, enqueuedAt: Date) {
            self.event = event
            self.enqueuedAt = enqueuedAt
        }
    }

    /// How a worker leaves the queue.
    package enum Ending: Equatable, Sendable {
        /// The rest can go on at once.
        case released
        /// The next delivery has failed so often now, and is tried again at `time`.
        case postponed(until: Date, failures: Int, because: String)
        /// The next delivery has failed so often now, and is given up; the others go on.
        case dead(failures: Int, because: String)
    }

    package let webhookID: String
    package let userID: UserID
    /// Names whoever has it now.
    package let lease: String
    /// Since when it was due.
    package let dueAt: Date
    /// How often its first delivery has failed.
    package let failures: Int
    /// Whether a worker took it before and did not give it back until its lease ended: its process may have died of the first
    /// delivery.
    package let wasAbandoned: Bool
    /// The first of them, in order.
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
