package import FoundationEssentials

extension WriteTransaction {
    /// Reserves the identifier of an image whose files are not stored yet.
    /// - Throws: `StagingError`.
    package func reserveImage(_ id: MediaID, by uploader: UserID?, at time: Date) throws {
        guard try referenced([id]).isEmpty else { throw StagingError.duplicate }
        if let uploader, try !hasProfile(uploader) { throw StagingError.unknownUploader }
        try insertReservation(of: id, by: uploader, at: time)
    }

    /// Records the image that was stored under a reserved identifier.
    /// - Throws: `StagingError.unknownUploader`, or `MediaError` if it exceeds the uploader's quota.
    package func stageImage(_ image: StagedImage, quota: UserQuota, by actor: AuditActor, at time: Date) throws {
        // Erasing the uploader deletes the reservation; this may happen while the files are written.
        guard try setStagedImage(image) else { throw StagingError.unknownUploader }
        if let uploader = image.uploader { try checkQuota(quota, of: uploader) }
        try insertAuditRecord(.mediaAdded, of: image.uploader, subject: image.id.rawValue, by: actor, at: time)
    }

    /// Makes a staged image, or an existing image of the user, the user's current image. The identifier of a staged
    /// image stays reserved for a while, so that it is not used twice.
    /// - Returns: nil if the image does not exist or belongs to another user.
    /// - Throws: `ProfileError.unknownUser`, `MediaError`.
    package func adoptImage(_ id: MediaID, for user: UserID, rules: MediaRules, by actor: AuditActor, at time: Date)
        throws
        -> ProfileImage?
    {
        guard let staged = try stagedImage(id) else {
            return try chooseImage(id, of: user, if: .none, by: actor, at: time)?.image
        }
        try clearStagedImage(id)
        let image = staged.image(of: user, since: time)
        _ = try setImage(image, name: staged.name, if: .none, rules: rules, by: actor)
        return image
    }

    /// Removes up to `limit` reservations and staged images from before `time`.
    /// - Returns: the number of removed rows.
    package func expireStagedImages(before time: Date, limit: Int, by actor: AuditActor, now: Date = .now) throws -> Int
    {
        let expired = try buryStaged(.reservedBefore(time, limit: limit))
        for image in expired where image.wasWaiting {
            try insertAuditRecord(.mediaExpired, of: image.uploader, subject: image.id.rawValue, by: actor, at: now)
        }
        return expired.count
    }

    /// Deletes the rows of staged images and reservations, and inserts a tombstone for each until its files are
    /// deleted. A reservation may have incomplete files. An adopted image gets no tombstone, because its files belong
    /// to its user.
    @discardableResult
    func buryStaged(_ selection: StagedImageSelection) throws -> [DeletedStagedImage] {
        let deleted = try deleteStagedImages(selection)
        for image in deleted where try !hasMedia(image.id) {
            try insertTombstone(of: image.id, user: image.uploader)
        }
        return deleted
    }
}
