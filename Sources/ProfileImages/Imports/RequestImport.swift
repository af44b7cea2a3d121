package import FoundationEssentials

extension WriteTransaction {
    /// Adds a job, and makes its user known where that may be. It takes the place of one that no worker has leased yet.
    /// - Throws: `ProfileError.unknownUser`.
    package func addImport(_ job: ImportJob, creation: ProfileCreation) throws {
        if try !hasProfile(job.userID) {
            try makeKnown(job.userID, creation: creation, by: job.actor, at: job.createdAt)
        }
        try replacePendingImport(by: job)
    }

    func replacePendingImport(by job: ImportJob) throws {
        try deletePendingImport(of: job.userID)
        try insertImport(job)
    }
}

extension MetadataStore {
    /// Leases the job that is due first: `ImportWriting.leaseImport`.
    package func takeImport(until end: Date, now: Date, except running: Set<String>) throws -> ImportJob? {
        // Looking takes no lock: workers look often, and seldom find something.
        guard try read({ try $0.hasDueImport(at: now, except: running) }) else { return nil }
        return try write { try $0.leaseImport(until: end, now: now, except: running) }
    }
}
