package import FoundationEssentials

extension WriteTransaction {
    /// Adds a job, and creates the user's profile if `creation` allows it. The job replaces the user's pending job.
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
    /// Leases the job that is due first; see `ImportWriting.leaseImport`.
    package func takeImport(until end: Date, now: Date, except running: Set<String>) throws -> ImportJob? {
        // The read takes no lock: workers poll often and seldom find a job.
        guard try read({ try $0.hasDueImport(at: now, except: running) }) else { return nil }
        return try write { try $0.leaseImport(until: end, now: now, except: running) }
    }
}

/// Reads the import jobs.
package protocol ImportReading {
    func latestImport(of user: UserID) throws -> ImportJob?

    /// Returns the source of the user's latest unfinished import; nil if there is none.
    func unfinishedImportSource(of user: UserID) throws -> ImageSource?

    /// Whether `leaseImport` would find a job.
    func hasDueImport(at now: Date, except running: Set<String>) throws -> Bool

    /// Whether a job still belongs to the worker that leased it. False after another lease, or after a change of the
    /// user's image has ended the job.
    func isRunning(_ job: ImportJob) throws -> Bool
}

package protocol ImportWriting {
    func insertImport(_ job: ImportJob) throws

    /// Deletes the user's pending job.
    func deletePendingImport(of user: UserID) throws

    /// Ends the user's pending and running jobs as skipped.
    func skipImports(of user: UserID, at time: Date) throws

    /// Leases the job that is due first: a pending job, or a running job whose lease has ended by `now`. Excludes users
    /// with a job that another worker is running.
    /// - Parameter running: the jobs that this process is still running, which are excluded.
    func leaseImport(until end: Date, now: Date, except running: Set<String>) throws -> ImportJob?

    /// Records the result of an attempt. Does nothing if the job is not running any more, or was leased again.
    /// - Parameters:
    ///   - job: the job as it was leased.
    ///   - isFinished: false if the job waits for another attempt.
    ///   - time: when the job was finished, or when it is due again.
    func setState(_ state: ImportJob.State, of job: ImportJob, isFinished: Bool, at time: Date) throws

    func deleteImports(finishedBefore time: Date) throws
}
