package import Foundation
import GRDB
package import ProfileImages

extension SQLiteMetadataStore {
    package func webhooks() throws -> [Webhook] {
        try read { try WebhookRow.fetchAll(from: $0) }
    }

    package func addWebhook(_ webhook: Webhook) throws {
        try write { database in
            let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM webhook") ?? 0
            guard count < Webhook.maxCount else { throw WebhookError.tooMany(limit: Webhook.maxCount) }
            try WebhookRow.add(webhook, to: database)
        }
    }

    package func removeWebhook(id: String) throws -> Bool {
        try write { try $0.changing("DELETE FROM webhook WHERE id = ?", [id]) }
    }

    package func rotateSecret(ofWebhook id: String, to secret: WebhookSecret, keepingFormerUntil end: Date) throws
        -> Bool
    {
        try write { database in
            try database.changing(
                "UPDATE webhook SET former_secret = secret, former_secret_end = ?, secret = ? WHERE id = ?",
                [end.milliseconds, secret.rawValue, id]
            )
        }
    }

    package func disableWebhook(id: String, because reason: String, at time: Date) throws -> Bool {
        try write { database in
            try database.execute(
                sql: """
                    UPDATE delivery SET died_at = ?, failures = 0, reason = ? WHERE webhook_id = ? AND died_at IS NULL
                    """,
                arguments: [time.milliseconds, reason, id]
            )
            try database.execute(sql: "DELETE FROM delivery_queue WHERE webhook_id = ?", arguments: [id])
            return try database.changing("UPDATE webhook SET disabled_because = ? WHERE id = ?", [reason, id])
        }
    }

    package func enableWebhook(id: String) throws -> Bool {
        try write { database in
            try database.changing(
                "UPDATE webhook SET disabled_because = NULL, paused_until = NULL WHERE id = ?",
                [id]
            )
        }
    }

    package func pauseWebhook(id: String, until time: Date) throws {
        try write { database in
            try database.execute(
                sql: "UPDATE webhook SET paused_until = ? WHERE id = ?",
                arguments: [time.milliseconds, id]
            )
        }
    }
}

extension Database {
    /// Runs a statement; whether it has changed a row.
    fileprivate func changing(_ sql: String, _ arguments: StatementArguments) throws -> Bool {
        try execute(sql: sql, arguments: arguments)
        return changesCount > 0
    }
}
