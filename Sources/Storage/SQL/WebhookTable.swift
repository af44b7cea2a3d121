import Foundation
import ProfileImages

/// The table `webhook`.
extension SQLTransaction {
    func webhooks() throws -> [Webhook] {
        try connection.query("SELECT * FROM webhook ORDER BY created_at, id", []).map(Self.webhook)
    }

    func webhook(_ id: String, openAt time: Date) throws -> Webhook? {
        let sql = """
            SELECT * FROM webhook
            WHERE id = ? AND disabled_because IS NULL AND (paused_until IS NULL OR paused_until <= ?)
            """
        return try connection.query(sql, [id, time.milliseconds]).first.map(Self.webhook)
    }

    func webhooks(subscribedTo kind: ProfileEvent.Kind) throws -> [String] {
        let sql = """
            SELECT id FROM webhook
            WHERE disabled_because IS NULL AND (kinds IS NULL OR ' ' || kinds || ' ' LIKE '% ' || ? || ' %')
            ORDER BY created_at, id
            """
        return try connection.query(sql, [kind.rawValue]).map { try $0["id"] }
    }

    func insertWebhook(_ webhook: Webhook) throws {
        try connection.execute(
            "INSERT INTO webhook (id, url, secret, kinds, shape, created_at) VALUES (?, ?, ?, ?, ?, ?)",
            [
                webhook.id, webhook.url.rawValue, webhook.secret.rawValue,
                webhook.kinds?.map(\.rawValue).sorted().joined(separator: " "), webhook.shape.rawValue,
                webhook.createdAt.milliseconds,
            ]
        )
    }

    func deleteWebhook(id: String) throws -> Bool {
        try connection.execute("DELETE FROM webhook WHERE id = ?", [id]) > 0
    }

    func setSecret(ofWebhook id: String, to secret: WebhookSecret, keepingFormerUntil end: Date) throws -> Bool {
        try connection.execute(
            "UPDATE webhook SET former_secret = secret, former_secret_end = ?, secret = ? WHERE id = ?",
            [end.milliseconds, secret.rawValue, id]
        ) > 0
    }

    func setDisabled(webhook id: String, because reason: String?) throws -> Bool {
        let unpaused = reason == nil ? ", paused_until = NULL" : ""
        return try connection.execute("UPDATE webhook SET disabled_because = ?\(unpaused) WHERE id = ?", [reason, id])
            > 0
    }

    func setPaused(webhook id: String, until time: Date) throws {
        try connection.execute("UPDATE webhook SET paused_until = ? WHERE id = ?", [time.milliseconds, id])
    }

    private static func webhook(_ row: SQLRow) throws -> Webhook {
        guard let url = RemoteURL(rawValue: try row["url"]), let secret = WebhookSecret(rawValue: try row["secret"]),
            let shape = Webhook.Shape(rawValue: try row["shape"])
        else { throw StoreError.foreignRow(in: "webhook") }
        let former = try (row["former_secret"] as String?).flatMap(WebhookSecret.init(rawValue:))
        let formerEnd = try (row["former_secret_end"] as Int64?).map(Date.init(milliseconds:))
        return Webhook(
            id: try row["id"],
            url: url,
            secret: secret,
            formerSecret: former.flatMap { secret in formerEnd.map { .init(secret: secret, end: $0) } },
            kinds: try (row["kinds"] as String?).map {
                Set($0.split(separator: " ").compactMap { .init(rawValue: String($0)) })
            },
            shape: shape,
            disabledBecause: try row["disabled_because"],
            pausedUntil: try (row["paused_until"] as Int64?).map(Date.init(milliseconds:)),
            createdAt: Date(milliseconds: try row["created_at"])
        )
    }
}
