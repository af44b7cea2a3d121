package import FoundationEssentials

extension WriteTransaction {
    /// Changes the user's attributes, and creates the profile if `creation` allows it. If `change` changes nothing,
    /// there is no event and no new revision.
    /// - Parameters:
    ///   - creation: whether a profile that does not exist is created.
    ///   - revision: the required revision of the profile; nil for any.
    ///   - image: the current image of a new profile, and the image's name. An existing profile keeps its image.
    /// - Returns: the profile, and whether it was created.
    /// - Throws: `ProfileError`, or an error of `change`.
    package func updateProfile(
        of user: UserID,
        creation: ProfileCreation,
        ifRevision revision: Int64? = nil,
        image: (image: ProfileImage, name: String)? = nil,
        by actor: AuditActor,
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

/// Whether the first use of an unknown user identifier creates a profile.
package enum ProfileCreation: String, CaseIterable, Sendable {
    case onFirstUse = "on-first-use"
    /// Only an explicit request creates a profile.
    case explicit
}

/// The reason why a change of a profile is refused. Nothing was changed.
package enum ProfileError: Error, Equatable {
    /// The user has no profile, and `ProfileCreation.explicit` applies.
    case unknownUser
    /// The profile does not have the required revision; the value is its current revision, nil if it does not exist.
    case otherRevision(Int64?)
    /// The metadata would have this number of bytes as JSON.
    case metadataTooLarge(ProfileAttribute, bytes: Int, limit: Int)
    /// The metadata would be nested this deep.
    case metadataTooDeep(ProfileAttribute, depth: Int, limit: Int)
    /// The claim cannot have this value.
    case badClaim(StandardClaim)
}
