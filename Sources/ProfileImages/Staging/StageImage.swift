package import FoundationEssentials

extension WriteTransaction {
    /// Reserves the name of an image that is being stored.
    /// - Throws: `StagingError`.
    package func reserveImage(_ id: MediaID, by uploader: UserID?, at time: Date) throws {
        guard try referenced([id]).isEmpty else { throw StagingError.duplicate }
        if let uploader, try !hasProfile(uploader) { throw StagingError.unknownUploader }
        try insertReservation(of: id, by: uploader, at: time)
    }

    /// Records the image that was stored under a reserved name.
    /// - Throws: `StagingError.unknownUploader`, `MediaError` if it exceeds the uploader's quota.
    package func stageImage(_ image: StagedImage, quota: UserQuota, by actor: Actor, at time: Date) throws {
        // The reservation goes with its uploader, who may have been erased while the files were written.
        guard try setStagedImage(image) else { throw StagingError.unknownUploader }
        if let uploader = image.uploader { try checkQuota(quota, of: uploader) }
        try insertAuditRecord(.mediaAdded, of: image.uploader, subject: image.id.rawValue, by: actor, at: time)
    }

    /// Makes a staged image, or one that is the user's already, their current one. The name of a staged image stays reserved
    /// for a while, so that none is used twice.
    /// - Returns: nil when there is no such image, or it is another user's.
    /// - Throws: `ProfileError.unknownUser`, `MediaError`.
    package func adoptImage(_ id: MediaID, for user: UserID, rules: MediaRules, by actor: Actor, at time: Date) throws
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

    /// Removes reservations, and images that nobody has adopted, from before `time`, up to `limit` of them.
    /// - Returns: how many.
    package func expireStagedImages(before time: Date, limit: Int, by actor: Actor, now: Date = .now) throws -> Int {
        let expired = try buryStaged(.reservedBefore(time, limit: limit))
        for image in expired where image.wasWaiting {
            try insertAuditRecord(.mediaExpired, of: image.uploader, subject: image.id.rawValue, by: actor, at: now)
        }
        return expired.count
    }

    /// Deletes the rows of staged images, and leaves tombstones until their files are gone: also the files of one that was not
    /// stored to its end. An adopted image's files are its user's.
    @discardableResult
    func buryStaged(_ selection: StagedImageSelection) throws -> [DeletedStagedImage] {
        let deleted = try deleteStagedImages(selection)
        for image in deleted where try !hasMedia(image.id) {
            try insertTombstone(of: image.id, user: image.uploader)
        }
        return deleted
    }
}
