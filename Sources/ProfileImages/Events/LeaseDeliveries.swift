import Bytes
package import FoundationEssentials

extension MetadataStore {
    /// Leases up to `limit` queues of a webhook that are due; no other worker gets them before `end`.
    /// - Parameter length: the maximum number of deliveries that are read from each queue.
    /// - Returns: nil if the webhook does not exist, or is disabled or paused.
    package func takeDeliveries(for id: String, limit: Int, length: Int, until end: Date, now: Date) throws
        -> (webhook: Webhook, queues: [DeliveryQueue])?
    {
        let lease = UInt64.random(in: .min ... .max).hexadecimal
        let leased = try write { transaction in
            try transaction.webhook(id, openAt: now).map { webhook in
                (webhook, try transaction.leaseQueues(of: id, as: lease, limit: limit, until: end, now: now))
            }
        }
        guard let (webhook, leases) = leased else { return nil }
        // Other writers wait for the write transaction, so the deliveries are read after it. The lease keeps them
        // unchanged.
        let queues = try read { transaction in
            try leases.map { leased in
                DeliveryQueue(
                    webhookID: id,
                    userID: leased.user,
                    lease: lease,
                    dueAt: leased.dueAt,
                    failures: leased.failures,
                    wasAbandoned: leased.wasAbandoned,
                    deliveries: try transaction.deliveries(of: leased.user, for: id, limit: length)
                )
            }
        }
        return (webhook, queues)
    }
}

extension WriteTransaction {
    /// Returns a leased queue after its first `delivered` deliveries have succeeded. Does nothing if the lease is no
    /// longer valid.
    package func finishDeliveries(
        _ queue: DeliveryQueue,
        delivered: Int,
        ending: DeliveryQueue.Ending,
        at time: Date
    ) throws {
        guard try isLeased(queue) else { return }
        for delivery in queue.deliveries.prefix(delivered) {
            try deleteDelivery(of: delivery.event.sequence, in: queue)
        }
        let failed = queue.deliveries.dropFirst(delivered).first?.event.sequence
        let isThere = try failed.map { try hasDelivery(of: $0, in: queue) } ?? false
        if case .dead(let failures, let reason) = ending, isThere, let failed {
            try setDead(failed, in: queue, failures: failures, because: reason, at: time)
        }
        // If the user was erased, the failed delivery may no longer exist. The delivery of the erasure must not wait
        // for a retry.
        switch isThere ? ending : .released {
        // A queue without a successful delivery keeps its due time.
        case .released where delivered == 0:
            try releaseQueue(queue, dueAt: queue.dueAt, failures: queue.failures, because: nil)
        case .released, .dead:
            try releaseQueue(queue, dueAt: time, failures: 0, because: nil)
        case .postponed(let due, let failures, let reason):
            try releaseQueue(queue, dueAt: due, failures: failures, because: reason)
        }
    }
}
