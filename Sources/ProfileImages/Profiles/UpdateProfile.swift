package import FoundationEssentials

extension WriteTransaction {
    /// Changes the user's attributes, making the profile if it may be made. A change that leaves all as it was is none: no
    /// event, no new revision.
    /// - Parameters:
    ///   - creation: whether a profile that is not there is made.
    ///   - revision: what the profile's revision must be; nil for any.
    ///   - image: what a profile that is made has as its current image from the beginning, and its name. One that is there
    ///     already keeps its own.
    /// - Returns: the profile, and whether it was made now.
    /// - Throws: `ProfileError`, or what `change` throws.
    package func updateProfile(
        of user: UserID,
        creation: ProfileCreation,
        ifRevision revision: Int64? = nil,
        image: (image: ProfileImage, name: String)? = nil,
        by actor: Actor,
        at time: Date,
        _ change: (inout ProfileAttributes) throws -> Void
    ) throws -> (profile: Profile, isNew: Bool) {
        let current = try profile(of: user)
        guard current != nil || creation == .onFirstUse else { throw ProfileError.unknownUser }
        if let revision, revision != current?.revision { throw ProfileError.otherRevision(current?.revision) }
        var attributes = current?.attributes ?? ProfileAttributes()
        try change(&attributes)
        if let current, current.attributes == attributes { return (current, false) }
        try attributes.checkBounds()
        let isNew = try touchProfile(of: user, at: time)
        try setAttributes(attributes, of: user)
        if attributes.picture != nil, attributes.picture != current?.attributes.picture {
            try deletePendingImport(of: user)
        }
        try record(isNew ? .profileCreated : .profileUpdated, of: user, subject: nil, by: actor, at: time)
        if isNew, let image { try addFirstImage(image.image, name: image.name, by: actor) }
        guard let profile = try profile(of: user) else {
            throw StoreError.unavailable("a profile is not there that was just written")
        }
        return (profile, isNew)
    }
}
