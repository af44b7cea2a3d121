package import FoundationEssentials

extension ReadTransaction {
    /// Returns the time when the user's last image was removed; nil if the user has an image, or never had one since
    /// the last erasure.
    package func imageRemoval(of user: UserID) throws -> Date? {
        let kinds: [ProfileEvent.Kind] = [.imageSet, .imageReplaced, .imageRemoved, .profileErased]
        guard let last = try latestAuditRecord(of: user, among: kinds.map(AuditRecord.Action.event)),
            last.action == .event(.imageRemoved)
        else { return nil }
        return last.time
    }
}

extension WriteTransaction {
    /// Removes the user's current image. Does nothing if there is none.
    /// - Throws: `PreconditionFailure`.
    package func removeImage(of user: UserID, if precondition: Precondition, by actor: AuditActor, at time: Date) throws
    {
        let current = try image(of: user)?.id
        try precondition.check(against: current)
        // A running import is ended too, because it would restore the removed image.
        try skipImports(of: user, at: time)
        let hadPicture = try clearPicture(of: user)
        if let current { try bury(.item(current)) }
        if current != nil || hadPicture { try recordRemoval(current, of: user, by: actor, at: time) }
    }

    /// Makes the user's current image a replaced image, which is kept according to `keeping`. Does nothing if there is
    /// none.
    package func retireImage(of user: UserID, keeping: RetentionPolicy, by actor: AuditActor, at time: Date) throws {
        let current = try image(of: user)?.id
        try skipImports(of: user, at: time)
        let hadPicture = try clearPicture(of: user)
        guard current != nil || hadPicture else { return }
        try setReplaced(user, at: time)
        try removeReplaced(of: user, keeping: keeping, at: time)
        try recordRemoval(current, of: user, by: actor, at: time)
    }

    /// Removes one of the user's media items.
    /// - Returns: false if the user has no such item.
    package func removeMedia(_ id: MediaID, of user: UserID, by actor: AuditActor, at time: Date) throws -> Bool {
        guard let item = try mediaItem(id, of: user) else { return false }
        if item.isActive { try skipImports(of: user, at: time) }
        try bury(.item(id))
        if item.isActive {
            try recordRemoval(id, of: user, by: actor, at: time)
        } else {
            try insertAuditRecord(.mediaDeleted, of: user, subject: id.rawValue, by: actor, at: time)
        }
        return true
    }

    /// Removes up to `limit` images that were replaced before `time`.
    /// - Returns: the number of removed images.
    package func expireImages(replacedBefore time: Date, limit: Int, by actor: AuditActor, now: Date = .now) throws
        -> Int
    {
        let expired = try bury(.replacedBefore(time, limit: limit))
        for item in expired {
            try insertAuditRecord(.mediaExpired, of: item.userID, subject: item.id.rawValue, by: actor, at: now)
        }
        return expired.count
    }

    /// Deletes the rows of media items, and inserts a tombstone for each until its files are deleted.
    @discardableResult
    func bury(_ selection: MediaSelection) throws -> [DeletedMedia] {
        let deleted = try deleteMedia(selection)
        for item in deleted { try insertTombstone(of: item.id, user: item.userID) }
        return deleted
    }

    /// - Parameter image: nil if an external picture was removed.
    private func recordRemoval(_ image: MediaID?, of user: UserID, by actor: AuditActor, at time: Date) throws {
        _ = try touchProfile(of: user, at: time)
        try record(.imageRemoved, of: user, subject: image?.rawValue, by: actor, at: time)
    }
}
