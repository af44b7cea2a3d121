package import FoundationEssentials

/// What imports and exports of many users need.
package protocol BulkStore: Sendable {
    /// Whether an import has brought the user this file, whose digest it is, before.
    func isImported(_ digest: String, of user: UserID) throws -> Bool

    /// Records that an import has brought the user this file.
    func addImported(_ digest: String, of user: UserID) throws

    /// Keeps what became of a job.
    func addBulkJob(_ job: BulkJob) throws

    /// Forgets the jobs from before `time`.
    func removeBulkJobs(before time: Date) throws

    /// The job called `id`, or nil when there is none.
    func bulkJob(_ id: String) throws -> BulkJob?

    /// Up to `limit` users with all that is kept of them, each as of one moment, in the order in which they became known:
    /// from the first after `number`. The last one's number leads on.
    func exportedUsers(after number: Int64, limit: Int) throws -> [(number: Int64, user: ExportedUser)]

    /// All that is kept of one user, as of one moment; nil when there is no such user.
    func exportedUser(_ user: UserID) throws -> ExportedUser?

    /// Whether the user is here already, just as they were exported.
    /// - Throws: `BulkError` when they are here otherwise, or something of theirs is somebody else's.
    func isRestored(_ user: ExportedUser) throws -> Bool

    /// Adds a user as they were exported. No events: nothing has happened to them.
    /// - Throws: `BulkError`.
    func restore(_ user: ExportedUser, by actor: Actor, at time: Date) throws
}
