package import Foundation
import GRDB
package import ProfileImages

extension SQLiteMetadataStore {
    package func auditRecords(of user: UserID?, after sequence: Int64, limit: Int) throws -> [AuditRecord] {
        try read { try AuditRow.fetch(of: user, after: sequence, limit: limit, from: $0) }
    }

    package func addAuditRecord(
        _ action: AuditRecord.Action,
        subject: String?,
        by actor: Actor,
        at time: Date
    ) throws {
        try write { try AuditRow.add(action, of: nil, subject: subject, by: actor, at: time, to: $0) }
    }
}
