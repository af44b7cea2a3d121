package import FoundationEssentials

/// The record of every change.
package protocol AuditReading {
    /// Up to `limit` records, oldest first, from the first after `sequence`: those of `user`, or of all.
    func auditRecords(of user: UserID?, after sequence: Int64, limit: Int) throws -> [AuditRecord]

    /// The last record of one of these actions on the user's data.
    func latestAuditRecord(of user: UserID, among actions: [AuditRecord.Action]) throws -> AuditRecord?
}

package protocol AuditWriting {
    func insertAuditRecord(
        _ action: AuditRecord.Action,
        of user: UserID?,
        subject: String?,
        by actor: Actor,
        at time: Date
    ) throws
}
