package import FoundationEssentials

/// What can be done with profiles, whatever protocol asks for it.
package struct ProfileService: Sendable {
    /// The longest name, in UTF-8 bytes.
    package static let maxNameBytes = 255
    /// The longest description, in UTF-8 bytes.
    package static let maxDescriptionBytes = 2000

    /// Whether users are made by using them.
    package let creation: ProfileCreation
    private let metadata: any MetadataStore
    private let removals: DeletionQueue
    private let firstImages: FirstImages?

    /// - Parameter firstImages: what gives a user an image as soon as they are known; nil when nothing does.
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

    /// The user's profile, or nil when there is none.
    package func profile(of user: UserID) throws -> Profile? {
        try metadata.read { try $0.profile(of: user) }
    }

    package func profiles(_ query: ProfileQuery) throws -> ProfilePage {
        try metadata.read { try $0.profiles(query) }
    }

    /// How many profiles `query` asks for, whatever its limit.
    package func count(_ query: ProfileQuery) throws -> Int {
        try metadata.read { try $0.profileCount(query) }
    }

    /// The profile of a user who has come with a credential of their own: made now where that may be.
    /// - Parameter willWrite: called before it is made.
    /// - Throws: `ProfileError.unknownUser`, or what `willWrite` throws.
    package func ownProfile(
        of user: UserID,
        by actor: Actor,
        now: Date = .now,
        willWrite: () throws -> Void
    ) throws -> Profile {
        if let profile = try profile(of: user) { return profile }
        try willWrite()
        return try update(user, creation: creation, by: actor, now: now) { _ in }.profile
    }

    /// Makes a user known before they are used for the first time, where they are to have an image from then on.
    func makeKnown(
        _ user: UserID,
        by actor: Actor,
        now: Date,
        _ change: (inout ProfileAttributes) throws -> Void = { _ in }
    ) throws {
        guard firstImages != nil, creation == .onFirstUse, try profile(of: user) == nil else { return }
        _ = try update(user, creation: creation, by: actor, now: now, change)
    }

    /// Changes the user's attributes.
    /// - Parameter creation: whether a profile that is not there is made.
    /// - Throws: `ProfileError`, or what `change` throws; nothing is changed then.
    package func update(
        _ user: UserID,
        creation: ProfileCreation,
        ifRevision revision: Int64? = nil,
        by actor: Actor,
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

    /// Removes the user with every image and all else that is kept of them. When this returns the files are gone.
    /// - Throws: `ProfileError.unknownUser` when there was nothing.
    package func erase(_ user: UserID, by actor: Actor, now: Date = .now) throws -> Erasure {
        let erasure = try metadata.write { try $0.eraseUser(user, by: actor, at: now) }
        try removals.finish(of: user)
        guard !erasure.isEmpty else { throw ProfileError.unknownUser }
        return erasure
    }
}
