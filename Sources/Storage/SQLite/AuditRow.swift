import Foundation
import GRDB
import ProfileImages

/// The `audit` table's rows, to and from the domain's value.
enum AuditRow {
    static func fetch(of user: UserID?, after sequence: Int64, limit: Int, from database: Database) throws
        -> [AuditRecord]
    {
        guard let user else {
            let sql = "SELECT * FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ?"
            return try Row.fetchAll(database, sql: sql, arguments: [sequence, limit]).map(record)
        }
        let sql = "SELECT * FROM audit WHERE user_id = ? AND sequence > ? ORDER BY sequence LIMIT ?"
        return try Row.fetchAll(database, sql: sql, arguments: [user.rawValue, sequence, limit]).map(record)
    }

    static func add(
        _ action: AuditRecord.Action,
        of user: String?,
        subject: String?,
        by actor: Actor,
        at time: Date,
        to database: Database
    ) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO audit (created_at, credential, actor, request_id, action, user_id, subject)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            time.milliseconds, actor.credential.rawValue, actor.name, actor.requestID, action.rawValue, user, subject,
        ])
    }

    private static func record(row: Row) throws -> AuditRecord {
        let user: UserID? = (row["user_id"] as String?).flatMap(UserID.init(rawValue:))
        guard let action = AuditRecord.Action(rawValue: row["action"]),
            let credential = Actor.Credential(rawValue: row["credential"])
        else { throw DatabaseError.foreignRow(in: "audit") }
        return AuditRecord(
            sequence: row["sequence"],
            time: Date(milliseconds: row["created_at"]),
            actor: Actor(credential, name: row["actor"], requestID: row["request_id"]),
            action: action,
            userID: user,
            subject: row["subject"]
        )
    }
}
