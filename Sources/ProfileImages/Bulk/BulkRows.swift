package import FoundationEssentials

/// What imports and exports of many users need.
package protocol BulkReading {
    /// Whether an import has brought the user this file, whose digest it is, before.
    func isImported(_ digest: String, of user: UserID) throws -> Bool

    func bulkJob(_ id: String) throws -> BulkJob?

    func hasBulkJob(before time: Date) throws -> Bool

    /// Up to `limit` users with all that is kept of them, in the order in which they became known: from the first after
    /// `number`. The last one's number leads on.
    func exportedUsers(after number: Int64, limit: Int) throws -> [(number: Int64, user: ExportedUser)]

    /// All that is kept of one user; nil when there is no such user.
    func exportedUser(_ user: UserID) throws -> ExportedUser?
}

package protocol BulkWriting {
    /// Records that an import has brought the user this file.
    func insertImported(_ digest: String, of user: UserID) throws

    func insertBulkJob(_ job: BulkJob) throws

    func deleteBulkJobs(before time: Date) throws

    /// Inserts a media item as an export has it.
    func insertMedia(_ item: ExportedUser.Item, of user: UserID) throws
}
