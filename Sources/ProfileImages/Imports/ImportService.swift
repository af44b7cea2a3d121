package import FoundationEssentials

/// Adds and reads import jobs for all protocols. The worker process runs them.
package struct ImportService: Sendable {
    private let creation: ProfileCreation
    private let metadata: any MetadataStore

    package init(creation: ProfileCreation, metadata: any MetadataStore) {
        self.creation = creation
        self.metadata = metadata
    }

    /// Adds a job that imports the picture at `url` as the user's image.
    /// - Parameter ifNone: whether the image is set only if the user has none by then.
    /// - Throws: `ProfileError.unknownUser`, or an error of the store.
    package func request(
        _ url: RemoteURL,
        for user: UserID,
        ifNone: Bool,
        by actor: AuditActor,
        now: Date = .now
    ) throws -> ImportJob {
        let job = ImportJob(of: url, for: user, ifNone: ifNone, source: .imported, by: actor, at: now)
        try metadata.write { try $0.addImport(job, creation: creation) }
        return job
    }

    /// Returns the URL of a picture from an identity provider whose import is unfinished or has failed; nil if there is
    /// none, or if the import may not replace the user's picture.
    package func providersPicture(of profile: Profile) throws -> RemoteURL? {
        try metadata.read { transaction in
            guard let job = try transaction.latestImport(of: profile.userID), case .identity = job.source else {
                return nil
            }
            switch job.state {
            case .done, .skipped: return nil
            case .pending, .running, .failed:
                let removal = try transaction.imageRemoval(of: profile.userID)
                return job.precondition(for: profile, removedAt: removal) == nil ? nil : job.url
            }
        }
    }

    /// Returns the user's latest import; nil if there is none.
    package func latest(of user: UserID) throws -> ImportJob? {
        try metadata.read { try $0.latestImport(of: user) }
    }
}
