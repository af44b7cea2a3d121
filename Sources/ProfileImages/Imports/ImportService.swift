package import FoundationEssentials

/// What can be asked about imports, whatever protocol asks for it. A worker carries them out.
package struct ImportService: Sendable {
    private let creation: ProfileCreation
    private let metadata: any MetadataStore

    package init(creation: ProfileCreation, metadata: any MetadataStore) {
        self.creation = creation
        self.metadata = metadata
    }

    /// Asks that the picture at `url` becomes the user's image.
    /// - Parameter ifNone: whether only if they have none then.
    /// - Throws: `ProfileError.unknownUser`, or what the store throws.
    package func request(
        _ url: RemoteURL,
        for user: UserID,
        ifNone: Bool,
        by actor: Actor,
        now: Date = .now
    ) throws -> ImportJob {
        let job = ImportJob(of: url, for: user, ifNone: ifNone, source: .imported, by: actor, at: now)
        try metadata.write { try $0.addImport(job, creation: creation) }
        return job
    }

    /// The picture that an identity provider has named, and that is still to be fetched, or cannot be.
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

    /// The user's latest import, or nil when there is none.
    package func latest(of user: UserID) throws -> ImportJob? {
        try metadata.read { try $0.latestImport(of: user) }
    }
}
