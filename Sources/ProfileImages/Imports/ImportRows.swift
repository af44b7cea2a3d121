package import FoundationEssentials

/// The jobs that import pictures.
package protocol ImportReading {
    func latestImport(of user: UserID) throws -> ImportJob?

    /// The source of the user's latest import that is not finished.
    func unfinishedImportSource(of user: UserID) throws -> ImageSource?

    /// Whether `leaseImport` would find a job.
    func hasDueImport(at now: Date, except running: Set<String>) throws -> Bool

    /// Whether a job still belongs to the worker that leased it: no other has leased it since, and no change of the user's
    /// image has ended it.
    func isRunning(_ job: ImportJob) throws -> Bool
}

package protocol ImportWriting {
    func insertImport(_ job: ImportJob) throws

    /// Deletes the user's job that no worker has leased yet.
    func deletePendingImport(of user: UserID) throws

    /// Ends the user's jobs, leased or not, as skipped.
    func skipImports(of user: UserID, at time: Date) throws

    /// Leases the job that is due first and whose user no other worker is busy with: one that is pending, or whose lease has
    /// ended by `now`.
    /// - Parameter running: jobs that this process has still in hand, which it does not get again.
    func leaseImport(until end: Date, now: Date, except running: Set<String>) throws -> ImportJob?

    /// Records how an attempt ended: `job` as it was leased. A job that is not running any more is left alone.
    /// - Parameters:
    ///   - isFinished: false when it waits for another attempt.
    ///   - time: when it was finished, or when it is due again.
    func setState(_ state: ImportJob.State, of job: ImportJob, isFinished: Bool, at time: Date) throws

    func deleteImports(finishedBefore time: Date) throws
}
