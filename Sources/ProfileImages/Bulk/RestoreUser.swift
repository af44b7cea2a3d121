package import FoundationEssentials

extension ReadTransaction {
    /// Whether the user is here already, just as they were exported.
    /// - Throws: `BulkError` when they are here otherwise, or an item of theirs is another user's.
    package func isRestored(_ user: ExportedUser) throws -> Bool {
        if let known = try exportedUser(user.userId) {
            guard known == user else { throw BulkError.knownUser }
            return true
        }
        for item in user.media where try hasMedia(item.id) { throw BulkError.knownMedia(item.id) }
        return false
    }
}

extension WriteTransaction {
    /// Adds a user as they were exported, whose files are stored. No events: nothing has happened to them.
    /// - Throws: `BulkError`; what is refused leaves nothing.
    package func restore(_ user: ExportedUser, by actor: Actor, at time: Date) throws {
        guard try !isRestored(user) else { return }
        try insertProfile(
            of: user.userId,
            revision: user.revision,
            createdAt: user.createdAt,
            updatedAt: user.updatedAt
        )
        try setAttributes(user.attributes, of: user.userId)
        for item in user.media {
            // Its objects may be deleted right now: what is being deleted is refused until it is gone.
            guard try referenced([item.id]).isEmpty else { throw BulkError.beingDeleted(item.id) }
            try insertMedia(item, of: user.userId)
        }
        for identity in user.identities { try saveIdentity(identity, of: user.userId) }
        try insertAuditRecord(.userRestored, of: user.userId, subject: nil, by: actor, at: time)
    }

    /// Forgets an item whose files are gone, as if it had never been. No event tells of it.
    package func forgetMedia(_ id: MediaID) throws {
        _ = try deleteMedia(.item(id))
        try deleteTombstone(of: id)
    }
}
