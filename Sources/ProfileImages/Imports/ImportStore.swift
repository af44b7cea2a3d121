package import FoundationEssentials

/// The jobs that import pictures.
package protocol ImportStore: Sendable {
    /// Adds a job, and makes its user known where that may be. It takes the place of one that no worker has taken yet.
    /// - Throws: `ProfileError.unknownUser`.
    func addImport(_ job: ImportJob, creation: ProfileCreation) throws

    /// The user's latest job.
    func latestImport(of user: UserID) throws -> ImportJob?

    /// Takes the job that is due first and whose user no other worker is busy with: one that is pending, or whose worker has
    /// not finished it by `now`. Nobody else gets it before `end`.
    /// - Parameter running: jobs that this process has still in hand, which it does not get again.
    func takeImport(until end: Date, now: Date, except running: Set<String>) throws -> ImportJob?

    /// Whether a job is still the worker's who took it: nobody has taken it since, and no change to the user has ended it.
    func isRunning(_ job: ImportJob) throws -> Bool

    /// Records how an attempt ended: `job` as it was taken. A job that is gone, that has ended, or that another worker has
    /// taken since, is left alone.
    func finishImport(_ job: ImportJob, as state: ImportJob.State, at time: Date) throws

    /// Lets a job wait for another attempt; like `finishImport` otherwise.
    func postponeImport(_ job: ImportJob, until time: Date, because failure: ImportFailure) throws

    /// When the user's last image was taken away; nil when they have one, or never had.
    func imageRemoval(of user: UserID) throws -> Date?

    /// Forgets jobs that were finished before `time`.
    func removeImports(finishedBefore time: Date) throws
}
