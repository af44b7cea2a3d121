import Foundation
import ProfileImages

/// The table `event`.
extension SQLTransaction {
    func events(after sequence: Int64, limit: Int) throws -> [ProfileEvent] {
        try connection.query("SELECT * FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?", [sequence, limit])
            .map(Self.event)
    }

    func insertEvent(_ event: NewEvent) throws -> Int64 {
        let sql = """
            INSERT INTO event (id, kind, user_id, profile, changed_by, created_at) VALUES (?, ?, ?, ?, ?, ?)
            RETURNING sequence
            """
        let profile = try event.profile.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
        let arguments: [(any SQLConvertible)?] = [
            event.id, event.kind.rawValue, event.userID.rawValue, profile, event.changedBy, event.time.milliseconds,
        ]
        guard let sequence = try connection.value(sql, arguments) as Int64? else {
            throw StoreError.unavailable("an event has no position")
        }
        return sequence
    }

    func deleteEvents(before time: Date, limit: Int) throws -> Int {
        try connection.execute(
            """
            DELETE FROM event WHERE sequence IN (
                SELECT sequence FROM event
                WHERE created_at < ? AND NOT EXISTS (
                    SELECT 1 FROM delivery WHERE delivery.sequence = event.sequence AND died_at IS NULL
                )
                ORDER BY created_at LIMIT ?
            )
            """,
            [time.milliseconds, limit]
        )
    }

    /// Parses a row that has all columns of the table.
    static func event(_ row: SQLRow) throws -> ProfileEvent {
        guard let user = UserID(rawValue: try row["user_id"]), let kind = ProfileEvent.Kind(rawValue: try row["kind"])
        else {
            throw StoreError.foreignRow(in: "event")
        }
        return ProfileEvent(
            sequence: try row["sequence"],
            id: try row["id"],
            kind: kind,
            userID: user,
            profile: try (row["profile"] as String?).map {
                try JSONDecoder().decode(Profile.self, from: Data($0.utf8))
            },
            changedBy: try row["changed_by"],
            time: Date(milliseconds: try row["created_at"])
        )
    }
}

/// The table `audit`. Rows are only added.
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
        by actor: AuditActor,
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
            let credential = AuditActor.Credential(rawValue: try row["credential"])
        else { throw StoreError.foreignRow(in: "audit") }
        return AuditRecord(
            sequence: try row["sequence"],
            time: Date(milliseconds: try row["created_at"]),
            actor: AuditActor(credential, name: try row["actor"], requestID: try row["request_id"]),
            action: action,
            userID: try (row["user_id"] as String?).flatMap(UserID.init(rawValue:)),
            subject: try row["subject"]
        )
    }
}
