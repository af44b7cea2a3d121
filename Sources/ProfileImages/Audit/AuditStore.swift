package import FoundationEssentials

/// The record of every change. The changing methods of the other stores write it, in their own transactions.
package protocol AuditStore: Sendable {
    /// Records what no other store has a part in.
    func addAuditRecord(_ action: AuditRecord.Action, subject: String?, by actor: Actor, at time: Date) throws

    /// Up to `limit` records, oldest first, from the first after `sequence`: those of `user`, or of everyone.
    func auditRecords(of user: UserID?, after sequence: Int64, limit: Int) throws -> [AuditRecord]
}
