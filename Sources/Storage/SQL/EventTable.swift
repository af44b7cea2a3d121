import Foundation
import ProfileImages

/// The table `event`.
extension SQLTransaction {
    func events(after sequence: Int64, limit: Int) throws -> [Event] {
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

    /// The event in a row that has all columns of the table.
    static func event(_ row: SQLRow) throws -> Event {
        guard let user = UserID(rawValue: try row["user_id"]), let kind = Event.Kind(rawValue: try row["kind"]) else {
            throw StoreError.foreignRow(in: "event")
        }
        return Event(
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
