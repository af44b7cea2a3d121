package import FoundationEssentials

/// The fetching of a picture from a URL, which a worker carries out.
package struct ImportJob: Equatable, Sendable {
    /// How far a job has come.
    package enum State: Equatable, Sendable {
        /// Waits for a worker; for another attempt, if one has failed.
        case pending(last: ImportFailure?)
        /// A worker has it.
        case running
        case done(MediaID)
        /// The user has an image already, or has changed theirs since the job was made; nothing was changed.
        case skipped
        /// Nothing was changed.
        case failed(ImportFailure)

        /// What the API and the store call it.
        package var name: String {
            switch self {
            case .pending: "pending"
            case .running: "running"
            case .done: "done"
            case .skipped: "skipped"
            case .failed: "failed"
            }
        }

        /// Why the last attempt failed.
        package var failure: ImportFailure? {
            switch self {
            case .pending(let failure): failure
            case .failed(let failure): failure
            case .running, .done, .skipped: nil
            }
        }

        /// The image that came of it.
        package var mediaID: MediaID? {
            if case .done(let id) = self { id } else { nil }
        }
    }

    package let id: String
    package let userID: UserID
    package let url: RemoteURL
    /// Whether to set the image only if the user has none.
    package let ifNone: Bool
    /// Where the image will have come from.
    package let source: ImageSource
    /// Who has asked for it.
    package let actor: Actor
    /// In whole milliseconds, as all times.
    package let createdAt: Date
    package let state: State
    /// How often a worker has taken it.
    package let attempts: Int
    /// How often a worker that had it did not come back within its time.
    package let overruns: Int
    package let finishedAt: Date?

    package init(
        id: String,
        userID: UserID,
        url: RemoteURL,
        ifNone: Bool,
        source: ImageSource,
        actor: Actor,
        createdAt: Date,
        state: State = .pending(last: nil),
        attempts: Int = 0,
        overruns: Int = 0,
        finishedAt: Date? = nil
    ) {
        self.id = id
        self.userID = userID
        self.url = url
        self.ifNone = ifNone
        self.source = source
        self.actor = actor
        self.createdAt = createdAt.inWholeMilliseconds
        self.state = state
        self.attempts = attempts
        self.overruns = overruns
        self.finishedAt = finishedAt?.inWholeMilliseconds
    }

    /// A job that nobody has taken yet.
    package init(
        of url: RemoteURL,
        for user: UserID,
        ifNone: Bool,
        source: ImageSource,
        by actor: Actor,
        at time: Date
    ) {
        self.init(
            id: "imp_\(UInt128.random(in: .min ... .max).hexadecimal)",
            userID: user,
            url: url,
            ifNone: ifNone,
            source: source,
            actor: actor,
            createdAt: time
        )
    }

    /// What must hold of the user's image for this job to change it, so that it changes nothing that was done since.
    /// - Parameters:
    ///   - profile: the user's profile now.
    ///   - removal: when the user's last image was taken away, if it was.
    /// - Returns: nil when the job is not to be carried out.
    package func precondition(for profile: Profile?, removedAt removal: Date?) -> Precondition? {
        // Whoever names a picture elsewhere has chosen it.
        guard profile?.attributes.picture == nil || (!ifNone && source.mayReplace(.imported)) else { return nil }
        guard let image = profile?.image else {
            if let removal, removal > createdAt { return nil }
            return Precondition(ifMatch: nil, ifNoneMatch: .any)
        }
        // One that portraitd drew is as good as none.
        guard !ifNone || image.source == .generated, image.createdAt <= createdAt, source.mayReplace(image.source)
        else { return nil }
        return Precondition(ifMatch: .images([image.id]), ifNoneMatch: nil)
    }
}

extension ImageSource {
    /// Whether an image from here may take the place of one from `other`: what an identity provider names never that of one
    /// that somebody chose.
    package func mayReplace(_ other: ImageSource) -> Bool {
        guard case .identity = self else { return true }
        return self == other || other == .generated
    }
}
