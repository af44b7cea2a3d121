import Foundation
import ProfileImages

/// The table `audit`, which only grows.
extension SQLTransaction {
    func auditRecords(of user: UserID?, after sequence: Int64, limit: Int) throws -> [AuditRecord] {
        guard let user else {
            let sql = "SELECT * FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ?"
            return try connection.query(sql, [sequence, limit]).map(Self.record)
        }
        let sql = "SELECT * FROM audit WHERE user_id = ? AND sequence > ? ORDER BY sequence LIMIT ?"
        return try connection.query(sql, [user.rawValue, sequence, limit]).map(Self.record)
    }

    func latestAuditRecord(of user: UserID, among actions: [AuditRecord.Action]) throws -> AuditRecord? {
        let sql = """
            SELECT * FROM audit WHERE user_id = ? AND action IN (\(actions.map { _ in "?" }.joined(separator: ", ")))
            ORDER BY sequence DESC LIMIT 1
            """
        return try connection.query(sql, [user.rawValue] + actions.map(\.rawValue)).first.map(Self.record)
    }

    func insertAuditRecord(
        _ action: AuditRecord.Action,
        of user: UserID?,
        subject: String?,
        by actor: Actor,
        at time: Date
    ) throws {
        try connection.execute(
            """
            INSERT INTO audit (created_at, credential, actor, request_id, action, user_id, subject)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                time.milliseconds, actor.credential.rawValue, actor.name, actor.requestID, action.rawValue,
                user?.rawValue, subject,
            ]
        )
    }

    private static func record(_ row: SQLRow) throws -> AuditRecord {
        guard let action = AuditRecord.Action(rawValue: try row["action"]),
            let credential = Actor.Credential(rawValue: try row["credential"])
        else { throw StoreError.foreignRow(in: "audit") }
        return AuditRecord(
            sequence: try row["sequence"],
            time: Date(milliseconds: try row["created_at"]),
            actor: Actor(credential, name: try row["actor"], requestID: try row["request_id"]),
            action: action,
            userID: try (row["user_id"] as String?).flatMap(UserID.init(rawValue:)),
            subject: try row["subject"]
        )
    }
}
