package import FoundationEssentials

/// Reads, changes and erases profiles for all protocols.
package struct ProfileService: Sendable {
    /// The maximum length of a name in UTF-8 bytes.
    package static let maxNameBytes = 255
    /// The maximum length of a description in UTF-8 bytes.
    package static let maxDescriptionBytes = 2000

    /// Whether the first use of an unknown user identifier creates a profile.
    package let creation: ProfileCreation
    private let metadata: any MetadataStore
    private let removals: DeletionQueue
    private let firstImages: FirstImages?

    /// - Parameter firstImages: draws an image for each new profile; nil draws none.
    package init(
        creation: ProfileCreation,
        metadata: any MetadataStore,
        removals: DeletionQueue,
        firstImages: FirstImages? = nil
    ) {
        self.creation = creation
        self.metadata = metadata
        self.removals = removals
        self.firstImages = firstImages
    }

    /// Returns the user's profile; nil if it does not exist.
    package func profile(of user: UserID) throws -> Profile? {
        try metadata.read { try $0.profile(of: user) }
    }

    package func profiles(_ query: ProfileQuery) throws -> ProfilePage {
        try metadata.read { try $0.profiles(query) }
    }

    /// Returns the number of profiles that match `query`, without its limit.
    package func count(_ query: ProfileQuery) throws -> Int {
        try metadata.read { try $0.profileCount(query) }
    }

    /// Returns the profile of a user that has authenticated, and creates it if `creation` allows it.
    /// - Parameter willWrite: called before the profile is created.
    /// - Throws: `ProfileError.unknownUser`, or an error of `willWrite`.
    package func ownProfile(
        of user: UserID,
        by actor: AuditActor,
        now: Date = .now,
        willWrite: () throws -> Void
    ) throws -> Profile {
        if let profile = try profile(of: user) { return profile }
        try willWrite()
        return try update(user, creation: creation, by: actor, now: now) { _ in }.profile
    }

    /// Creates the profile of an unknown user with a drawn image, before an upload or sign-in uses it. Does nothing
    /// without `firstImages`.
    func makeKnown(
        _ user: UserID,
        by actor: AuditActor,
        now: Date,
        _ change: (inout ProfileAttributes) throws -> Void = { _ in }
    ) throws {
        guard firstImages != nil, creation == .onFirstUse, try profile(of: user) == nil else { return }
        _ = try update(user, creation: creation, by: actor, now: now, change)
    }

    /// Changes the user's attributes.
    /// - Parameter creation: whether a profile that does not exist is created.
    /// - Throws: `ProfileError`, or an error of `change`; nothing is changed then.
    package func update(
        _ user: UserID,
        creation: ProfileCreation,
        ifRevision revision: Int64? = nil,
        by actor: AuditActor,
        now: Date = .now,
        _ change: (inout ProfileAttributes) throws -> Void
    ) throws -> (profile: Profile, isNew: Bool) {
        func update(_ image: (ProfileImage, String)?) throws -> (profile: Profile, isNew: Bool) {
            try metadata.write { transaction in
                try transaction.updateProfile(
                    of: user,
                    creation: creation,
                    ifRevision: revision,
                    image: image,
                    by: actor,
                    at: now,
                    change
                )
            }
        }
        guard let firstImages, creation == .onFirstUse, try profile(of: user) == nil else {
            return try update(nil)
        }
        var attributes = ProfileAttributes()
        try change(&attributes)
        try attributes.checkBounds()
        return try firstImages.store(for: user, name: attributes.name, now: now, makeProfile: update)
    }

    /// Erases the user with all images and other data; the files are deleted when this returns.
    /// - Throws: `ProfileError.unknownUser` if the user had no data.
    package func erase(_ user: UserID, by actor: AuditActor, now: Date = .now) throws -> Erasure {
        let erasure = try metadata.write { try $0.eraseUser(user, by: actor, at: now) }
        try removals.finish(of: user)
        guard !erasure.isEmpty else { throw ProfileError.unknownUser }
        return erasure
    }
}
