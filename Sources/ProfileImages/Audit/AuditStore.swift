/// The record of every change. The changing methods of the other stores write it, in their own transactions.
package protocol AuditStore: Sendable {
    /// Up to `limit` records, oldest first, from the first after `sequence`: those of `user`, or of everyone.
    func auditRecords(of user: UserID?, after sequence: Int64, limit: Int) throws -> [AuditRecord]
}
