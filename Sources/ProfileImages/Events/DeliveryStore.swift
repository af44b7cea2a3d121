package import FoundationEssentials

/// What is to be delivered to webhooks. Events come into it in the transaction that writes them.
package protocol DeliveryStore: Sendable {
    /// The webhooks for which something is due at `time`.
    func webhooksWithDueDeliveries(at time: Date) throws -> [String]

    /// Takes up to `limit` queues that are due for a webhook; nobody else gets them before `end`. Of each come the first
    /// deliveries, up to `length`.
    /// - Returns: nil when nothing may be sent to the webhook now.
    func takeDeliveries(for id: String, limit: Int, length: Int, until end: Date, now: Date) throws
        -> (webhook: Webhook, queues: [DeliveryQueue])?

    /// Gives queues back: the first `delivered` of each have arrived. A queue that somebody else has by now is left alone.
    func finishDeliveries(
        _ outcomes: [(queue: DeliveryQueue, delivered: Int, ending: DeliveryQueue.Ending)],
        at time: Date
    ) throws

    /// How many deliveries wait for each webhook, and how many were given up.
    func deliveryCounts() throws -> [String: (pending: Int, dead: Int)]

    /// Delivers events once more: to one webhook, or to each that is enabled and wants to hear of them. Those are up to
    /// `limit` events, from the first after `sequence`.
    /// - Returns: how many deliveries that makes, and the last event; nil when there are no such events.
    func replay(_ selection: Replay, after sequence: Int64, limit: Int, to webhook: String?, at time: Date) throws
        -> (deliveries: Int, last: Int64)?

    /// Forgets up to `limit` events from before `time` that no webhook waits for.
    /// - Returns: how many.
    func removeEvents(before time: Date, limit: Int) throws -> Int
}
