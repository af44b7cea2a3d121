/// The outbox: events are written in the transaction of the change that they tell of.
package protocol EventStore: Sendable {
    /// Up to `limit` events in their order, from the first after `sequence`.
    func events(after sequence: Int64, limit: Int) throws -> [Event]
}
