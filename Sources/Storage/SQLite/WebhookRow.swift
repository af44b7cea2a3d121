import Foundation
import GRDB
import ProfileImages

/// The `webhook` table's rows, to and from the domain's value.
enum WebhookRow {
    static func fetchAll(from database: Database) throws -> [Webhook] {
        try Row.fetchAll(database, sql: "SELECT * FROM webhook ORDER BY created_at, id").map(webhook)
    }

    /// The webhook, unless nothing may be sent to it at `time`.
    static func fetch(_ id: String, openAt time: Date, from database: Database) throws -> Webhook? {
        let sql = """
            SELECT * FROM webhook
            WHERE id = ? AND disabled_because IS NULL AND (paused_until IS NULL OR paused_until <= ?)
            """
        return try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [id, time.milliseconds]).map(webhook)
    }

    static func add(_ webhook: Webhook, to database: Database) throws {
        try database.execute(
            sql: "INSERT INTO webhook (id, url, secret, kinds, shape, created_at) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
                webhook.id, webhook.url.rawValue, webhook.secret.rawValue,
                webhook.kinds?.map(\.rawValue).sorted().joined(separator: " "), webhook.shape.rawValue,
                webhook.createdAt.milliseconds,
            ]
        )
    }

    private static func webhook(row: Row) throws -> Webhook {
        guard let url = RemoteURL(rawValue: row["url"]), let secret = WebhookSecret(rawValue: row["secret"]),
            let shape = Webhook.Shape(rawValue: row["shape"])
        else { throw DatabaseError.foreignRow(in: "webhook") }
        let former = (row["former_secret"] as String?).flatMap(WebhookSecret.init(rawValue:))
        let formerEnd = (row["former_secret_end"] as Int64?).map(Date.init(milliseconds:))
        return Webhook(
            id: row["id"],
            url: url,
            secret: secret,
            formerSecret: former.flatMap { secret in formerEnd.map { .init(secret: secret, end: $0) } },
            kinds: (row["kinds"] as String?).map {
                Set($0.split(separator: " ").compactMap { .init(rawValue: String($0)) })
            },
            shape: shape,
            disabledBecause: row["disabled_because"],
            pausedUntil: (row["paused_until"] as Int64?).map(Date.init(milliseconds:)),
            createdAt: Date(milliseconds: row["created_at"])
        )
    }
}
