package import FoundationEssentials

/// The outbox: events are written in the transaction of the change that they tell of.
package protocol EventReading {
    /// Up to `limit` events in their order, from the first after `sequence`.
    func events(after sequence: Int64, limit: Int) throws -> [Event]
}

package protocol EventWriting {
    /// - Returns: the event's position.
    func insertEvent(_ event: NewEvent) throws -> Int64

    /// Deletes up to `limit` events from before `time` that no webhook waits for.
    /// - Returns: how many.
    func deleteEvents(before time: Date, limit: Int) throws -> Int
}

/// An event that has no position yet.
package struct NewEvent: Equatable, Sendable {
    package let id: String
    package let kind: Event.Kind
    package let userID: UserID
    package let profile: Profile?
    package let changedBy: String
    package let time: Date
}
