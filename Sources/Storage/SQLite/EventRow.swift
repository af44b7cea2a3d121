import Foundation
import GRDB
import ProfileImages

/// The `event` table's rows, to and from the domain's value.
enum EventRow {
    static func fetch(after sequence: Int64, limit: Int, from database: Database) throws -> [Event] {
        let sql = "SELECT * FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?"
        return try Row.fetchAll(database.cachedStatement(sql: sql), arguments: [sequence, limit]).map(event)
    }

    /// Adds an event, and enqueues it for the webhooks that want to hear of it.
    static func add(
        _ kind: Event.Kind,
        of user: UserID,
        profile: Profile?,
        by actor: Actor,
        at time: Date,
        to database: Database
    ) throws {
        try database.cachedStatement(
            sql: "INSERT INTO event (id, kind, user_id, profile, changed_by, created_at) VALUES (?, ?, ?, ?, ?, ?)"
        ).execute(arguments: [
            "evt_\(UInt128.random(in: .min ... .max).hexadecimal)", kind.rawValue, user.rawValue,
            try profile.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }, actor.name,
            time.milliseconds,
        ])
        try DeliveryRow.enqueue(kind, sequence: database.lastInsertedRowID, of: user, at: time, in: database)
    }

    /// The event in a row that has all columns of the table.
    static func event(row: Row) throws -> Event {
        guard let user = UserID(rawValue: row["user_id"]), let kind = Event.Kind(rawValue: row["kind"]) else {
            throw DatabaseError.foreignRow(in: "event")
        }
        return Event(
            sequence: row["sequence"],
            id: row["id"],
            kind: kind,
            userID: user,
            profile: try (row["profile"] as String?).map {
                try JSONDecoder().decode(Profile.self, from: Data($0.utf8))
            },
            changedBy: row["changed_by"],
            time: Date(milliseconds: row["created_at"])
        )
    }
}
