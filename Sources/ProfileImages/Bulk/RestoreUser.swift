package import FoundationEssentials

extension ReadTransaction {
    /// Whether the user exists and equals the export.
    /// - Throws: `BulkError` if the user exists with other data, or a media item of the export belongs to another user.
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
    /// Adds a user with the data of the export; the files are stored already. Restoring is not a change of the user, so
    /// there are no events.
    /// - Throws: `BulkError`; the caller's savepoint undoes a refused user.
    package func restore(_ user: ExportedUser, by actor: AuditActor, at time: Date) throws {
        guard try !isRestored(user) else { return }
        try insertProfile(
            of: user.userId,
            revision: user.revision,
            createdAt: user.createdAt,
            updatedAt: user.updatedAt
        )
        try setAttributes(user.attributes, of: user.userId)
        for item in user.media {
            // Objects of an item with a tombstone may be deleted at any moment, so the item is refused until the
            // tombstone is gone.
            guard try referenced([item.id]).isEmpty else { throw BulkError.beingDeleted(item.id) }
            try insertMedia(item, of: user.userId)
        }
        for identity in user.identities { try saveIdentity(identity, of: user.userId) }
        try insertAuditRecord(.userRestored, of: user.userId, subject: nil, by: actor, at: time)
    }

    /// Deletes an item whose files are lost, without an event and without a tombstone.
    package func forgetMedia(_ id: MediaID) throws {
        _ = try deleteMedia(.item(id))
        try deleteTombstone(of: id)
    }
}

/// The reason why a user is not imported or restored. Nothing was changed.
package enum BulkError: Error, Equatable {
    /// The user exists already and differs from the export.
    case knownUser
    /// A media item of the export belongs to another user.
    case knownMedia(MediaID)
    /// The objects of a media item of the export are being deleted; a retry may succeed.
    case beingDeleted(MediaID)
    /// A file differs from its size or digest in the manifest.
    case damagedFile(String)
    /// A line of the manifest is invalid; the reason completes "The line".
    case badLine(String)
    /// A path leads out of the folder, or is not a regular file.
    case badPath(String)
    /// The file does not exist.
    case missingFile(String)
}
