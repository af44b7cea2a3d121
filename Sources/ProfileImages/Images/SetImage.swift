package import FoundationEssentials

extension WriteTransaction {
    /// Sets an image as the user's current image; its files are stored already. Images that exceed the retention policy
    /// become tombstones.
    /// - Returns: the previous current image.
    /// - Throws: `PreconditionFailure`, `ProfileError.unknownUser`, or `MediaError` if the image exceeds the quota.
    package func setImage(
        _ image: ProfileImage,
        name: String,
        if precondition: Precondition,
        rules: MediaRules,
        by actor: AuditActor
    ) throws -> MediaID? {
        let (user, time) = (image.userID, image.createdAt)
        let current = try self.image(of: user)?.id
        try precondition.check(against: current)
        try makeKnown(user, creation: rules.creation, by: actor, at: time)
        try setReplaced(user, at: time)
        _ = try clearPicture(of: user)
        try insertMedia(MediaItem(currentImage: image, name: name))
        try removeReplaced(of: user, keeping: rules.keeping, at: time)
        try checkQuota(rules.quota, of: user)
        try recordImage(image.id, of: user, replacing: current, by: actor, at: time)
        return current
    }

    /// Makes an existing image of the user the current one again.
    /// - Returns: the image and the previous current image; nil if the user has no such image.
    /// - Throws: `PreconditionFailure`.
    package func chooseImage(
        _ id: MediaID,
        of user: UserID,
        if precondition: Precondition,
        by actor: AuditActor,
        at time: Date
    ) throws -> (image: ProfileImage, replaced: MediaID?)? {
        guard let image = try image(id), image.userID == user else { return nil }
        let current = try self.image(of: user)?.id
        try precondition.check(against: current)
        let hadPicture = try clearPicture(of: user)
        guard current != id || hadPicture else { return (image, current) }
        _ = try touchProfile(of: user, at: time)
        try setReplaced(user, at: time)
        try setCurrent(id)
        try recordImage(id, of: user, replacing: current, by: actor, at: time)
        return (image, current)
    }

    /// Inserts the first image of a user.
    func addFirstImage(_ image: ProfileImage, name: String, by actor: AuditActor) throws {
        try insertMedia(MediaItem(currentImage: image, name: name))
        try recordImage(image.id, of: image.userID, replacing: nil, by: actor, at: image.createdAt)
    }

    /// Removes the user's replaced images that exceed the retention policy.
    func removeReplaced(of user: UserID, keeping: RetentionPolicy, at time: Date) throws {
        switch keeping {
        case .all: break
        case .newest(let count): try bury(.replaced(of: user, beyond: count))
        case .days(let days):
            let limit = time.addingTimeInterval(-Double(days) * 86_400)
            try bury(.replacedUntil(limit, of: user))
        }
    }

    private func recordImage(_ id: MediaID, of user: UserID, replacing: MediaID?, by actor: AuditActor, at time: Date)
        throws
    {
        let kind: ProfileEvent.Kind = replacing == nil ? .imageSet : .imageReplaced
        try record(kind, of: user, subject: id.rawValue, by: actor, at: time)
    }
}

extension MediaItem {
    fileprivate init(currentImage image: ProfileImage, name: String) {
        self.init(
            id: image.id,
            userID: image.userID,
            additionalType: .profileImage,
            name: name,
            content: .image(image),
            isActive: true,
            createdAt: image.createdAt
        )
    }
}
