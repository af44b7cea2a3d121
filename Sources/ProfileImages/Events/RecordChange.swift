import FoundationEssentials

extension WriteTransaction {
    /// Records what has happened to a user: an event with the profile as it is now, its deliveries, and the audit.
    /// - Parameter subject: the media item or the receipt that it is about.
    func record(_ kind: Event.Kind, of user: UserID, subject: String?, by actor: Actor, at time: Date) throws {
        var profile = try profile(of: user)
        // No event tells of it, so that a value that was changed lives on nowhere.
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

    /// Inserts the user's profile, or raises its revision if there is one.
    /// - Throws: `ProfileError.unknownUser` if users are not made by using them.
    func makeKnown(_ user: UserID, creation: ProfileCreation, by actor: Actor, at time: Date) throws {
        guard try creation == .onFirstUse || hasProfile(user) else { throw ProfileError.unknownUser }
        guard try touchProfile(of: user, at: time) else { return }
        try record(.profileCreated, of: user, subject: nil, by: actor, at: time)
    }
}
