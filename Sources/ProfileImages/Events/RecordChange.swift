import Bytes
package import FoundationEssentials

extension WriteTransaction {
    /// Records a change of a user: inserts an event with the current profile, its deliveries and an audit record.
    /// - Parameter subject: the media item or the erasure receipt that the change is about.
    func record(_ kind: ProfileEvent.Kind, of user: UserID, subject: String?, by actor: AuditActor, at time: Date)
        throws
    {
        var profile = try profile(of: user)
        // Events never contain private metadata: an old value must not remain in an event after it was changed.
        profile?.attributes.privateMetadata = [:]
        let event = NewEvent(
            id: "evt_\(UInt128.random(in: .min ... .max).hexadecimal)",
            kind: kind,
            userID: user,
            profile: profile,
            changedBy: actor.name,
            time: time
        )
        let sequence = try insertEvent(event)
        for webhook in try webhooks(subscribedTo: kind) {
            _ = try enqueueDelivery(of: sequence, user: user, for: webhook, at: time)
        }
        try insertAuditRecord(.event(kind), of: user, subject: subject, by: actor, at: time)
    }

    /// Inserts the user's profile, or increments its revision if it exists.
    /// - Throws: `ProfileError.unknownUser` if the profile does not exist and `creation` is `explicit`.
    func makeKnown(_ user: UserID, creation: ProfileCreation, by actor: AuditActor, at time: Date) throws {
        guard try creation == .onFirstUse || hasProfile(user) else { throw ProfileError.unknownUser }
        guard try touchProfile(of: user, at: time) else { return }
        try record(.profileCreated, of: user, subject: nil, by: actor, at: time)
    }
}

/// Reads the outbox: each event is inserted in the transaction of the change that it reports.
package protocol EventReading {
    /// Returns up to `limit` events in ascending order, starting after `sequence`.
    func events(after sequence: Int64, limit: Int) throws -> [ProfileEvent]
}

package protocol EventWriting {
    /// - Returns: the event's sequence number.
    func insertEvent(_ event: NewEvent) throws -> Int64

    /// Deletes up to `limit` events older than `time` that have no pending delivery.
    /// - Returns: the number of deleted events.
    func deleteEvents(before time: Date, limit: Int) throws -> Int
}

/// An event that is not inserted yet and has no sequence number.
package struct NewEvent: Equatable, Sendable {
    package let id: String
    package let kind: ProfileEvent.Kind
    package let userID: UserID
    package let profile: Profile?
    package let changedBy: String
    package let time: Date
}
