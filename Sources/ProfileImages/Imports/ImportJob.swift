import Bytes
package import FoundationEssentials

/// A job of the worker process: fetches a picture from a URL and sets it as a user's image.
package struct ImportJob: Equatable, Sendable {
    /// The state of a job.
    package enum State: Equatable, Sendable {
        /// Waits for a worker; `last` is the failure of the last attempt, nil before the first.
        case pending(last: ImportFailure?)
        /// A worker has leased it.
        case running
        case done(MediaID)
        /// The user had an image already, or changed the image after the job was created; nothing was changed.
        case skipped
        /// All attempts failed; nothing was changed.
        case failed(ImportFailure)

        /// The name of the state in the API and in the store.
        package var name: String {
            switch self {
            case .pending: "pending"
            case .running: "running"
            case .done: "done"
            case .skipped: "skipped"
            case .failed: "failed"
            }
        }

        /// The failure of the last attempt; nil without one.
        package var failure: ImportFailure? {
            switch self {
            case .pending(let failure): failure
            case .failed(let failure): failure
            case .running, .done, .skipped: nil
            }
        }

        /// The imported image; nil unless the job is done.
        package var mediaID: MediaID? {
            if case .done(let id) = self { id } else { nil }
        }
    }

    package let id: String
    package let userID: UserID
    package let url: RemoteURL
    /// Whether the image is set only if the user has none.
    package let ifNone: Bool
    /// The source that the image will have.
    package let source: ImageSource
    /// The actor that requested it.
    package let actor: AuditActor
    /// In whole milliseconds.
    package let createdAt: Date
    package let state: State
    /// The number of times that a worker has leased it.
    package let attempts: Int
    /// The number of leases that expired before the worker finished.
    package let overruns: Int
    package let finishedAt: Date?

    package init(
        id: String,
        userID: UserID,
        url: RemoteURL,
        ifNone: Bool,
        source: ImageSource,
        actor: AuditActor,
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

    /// Creates a pending job with a random identifier.
    package init(
        of url: RemoteURL,
        for user: UserID,
        ifNone: Bool,
        source: ImageSource,
        by actor: AuditActor,
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

    /// The precondition with which the job sets the image, so that it does not overwrite a later change.
    /// - Parameters:
    ///   - profile: the user's current profile.
    ///   - removal: the time when the user's last image was removed; nil if it was not.
    /// - Returns: nil if the job must not set the image.
    package func precondition(for profile: Profile?, removedAt removal: Date?) -> Precondition? {
        // An external picture counts as chosen: only a requested import without `ifNone` replaces it.
        guard profile?.attributes.picture == nil || (!ifNone && source.mayReplace(.imported)) else { return nil }
        guard let image = profile?.image else {
            if let removal, removal > createdAt { return nil }
            return Precondition(ifMatch: nil, ifNoneMatch: .any)
        }
        // With `ifNone`, a generated image counts as no image.
        guard !ifNone || image.source == .generated, image.createdAt <= createdAt, source.mayReplace(image.source)
        else { return nil }
        return Precondition(ifMatch: .images([image.id]), ifNoneMatch: nil)
    }
}

extension ImageSource {
    /// Whether an image from this source may replace an image from `other`. An image from an identity provider replaces
    /// only generated images and images from the same connection.
    package func mayReplace(_ other: ImageSource) -> Bool {
        guard case .identity = self else { return true }
        return self == other || other == .generated
    }
}

/// The reason why a picture was not imported.
package struct ImportFailure: Error, Equatable, Sendable {
    /// Identifies the kind of failure for programs, like the code of a problem.
    package let code: String
    /// Explains the failure in English.
    package let detail: String
    /// Whether a retry may succeed.
    package let isTransient: Bool

    package init(code: String, detail: String, isTransient: Bool = false) {
        self.code = code
        self.detail = detail
        self.isTransient = isTransient
    }
}

/// An absolute http or https URL without user name and password.
package struct RemoteURL: RawRepresentable, Hashable, Codable, Sendable {
    package static let maxBytes = 2048

    package let rawValue: String

    /// Returns nil if `rawValue` is not such a URL. Whether it exists is known only after a request.
    package init?(rawValue: String) {
        guard rawValue.utf8.count <= Self.maxBytes, rawValue.utf8.allSatisfy({ (0x21...0x7e).contains($0) }),
            let url = URL(string: rawValue), ["http", "https"].contains(url.scheme?.lowercased()),
            url.host()?.isEmpty == false, url.user() == nil, url.password() == nil
        else { return nil }
        self.rawValue = rawValue
    }
}
