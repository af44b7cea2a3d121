package import FoundationEssentials

/// What is known of users.
package protocol ProfileStore: Sendable {
    /// The user's profile, or nil when there is none.
    func profile(of user: UserID) throws -> Profile?

    /// The profiles that `query` asks for.
    func profiles(_ query: ProfileQuery) throws -> ProfilePage

    /// How many profiles there are.
    func profileCount() throws -> Int

    /// How many of them `query` asks for, whatever its limit.
    func profileCount(_ query: ProfileQuery) throws -> Int

    /// Changes the user's attributes, making the profile if it may be made. A change that leaves all as it was is none:
    /// no event, no new revision.
    /// - Parameters:
    ///   - creation: whether a profile that is not there is made.
    ///   - revision: what the profile's revision must be; nil for any.
    ///   - image: what a profile that is made has as its current image from the beginning, and its name. One that is there
    ///     already keeps its own.
    /// - Returns: the profile, and whether it was made now.
    /// - Throws: `ProfileError`, or what `change` throws; nothing is changed then.
    func updateProfile(
        of user: UserID,
        creation: ProfileCreation,
        ifRevision revision: Int64?,
        image: (image: ProfileImage, name: String)?,
        by actor: Actor,
        at time: Date,
        _ change: (inout ProfileAttributes) throws -> Void
    ) throws -> (profile: Profile, isNew: Bool)

    /// Removes all that is kept of the user but the audit, and makes the media pending removals. The receipt's digest
    /// goes into the audit.
    func eraseUser(_ user: UserID, by actor: Actor, at time: Date) throws -> Erasure
}

extension ProfileStore {
    /// Changes the user's attributes, and gives nobody an image.
    package func updateProfile(
        of user: UserID,
        creation: ProfileCreation,
        ifRevision revision: Int64?,
        by actor: Actor,
        at time: Date,
        _ change: (inout ProfileAttributes) throws -> Void
    ) throws -> (profile: Profile, isNew: Bool) {
        try updateProfile(
            of: user,
            creation: creation,
            ifRevision: revision,
            image: nil,
            by: actor,
            at: time,
            change
        )
    }
}
