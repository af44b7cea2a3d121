package import FoundationEssentials

extension MetadataStore {
    /// Takes up to `limit` queues that are due for a webhook; no other worker gets them before `end`. Of each come the first
    /// deliveries, up to `length`.
    /// - Returns: nil when nothing may be sent to the webhook now.
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
        // After the write transaction, which others wait for: what is leased stays as it is.
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
    /// Gives a queue back: the first `delivered` of its deliveries have arrived. A queue whose lease has ended is left alone.
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
        // What has failed may be gone: its user was erased. The erasure does not wait for another attempt of it.
        switch isThere ? ending : .released {
        // A queue that did not move keeps its turn.
        case .released where delivered == 0:
            try releaseQueue(queue, dueAt: queue.dueAt, failures: queue.failures, because: nil)
        case .released, .dead:
            try releaseQueue(queue, dueAt: time, failures: 0, because: nil)
        case .postponed(let due, let failures, let reason):
            try releaseQueue(queue, dueAt: due, failures: failures, because: reason)
        }
    }
}
