package import Foundation
import GRDB
package import ProfileImages

extension SQLiteMetadataStore {
    package func webhooksWithDueDeliveries(at time: Date) throws -> [String] {
        try read { database in
            let sql = """
                SELECT id FROM webhook
                WHERE disabled_because IS NULL AND (paused_until IS NULL OR paused_until <= ?1)
                    AND EXISTS (SELECT 1 FROM delivery_queue WHERE webhook_id = id AND due_at <= ?1)
                """
            return try String.fetchAll(database.cachedStatement(sql: sql), arguments: [time.milliseconds])
        }
    }

    package func takeDeliveries(for id: String, limit: Int, length: Int, until end: Date, now: Date) throws
        -> (webhook: Webhook, queues: [DeliveryQueue])?
    {
        let lease = UInt64.random(in: .min ... .max).hexadecimal
        let leased = try write { database in
            try WebhookRow.fetch(id, openAt: now, from: database).map { webhook in
                (webhook, try DeliveryRow.lease(lease, of: id, limit: limit, until: end, now: now, in: database))
            }
        }
        guard let (webhook, leases) = leased else { return nil }
        // After the transaction, which holds everybody up: what is leased stays as it is.
        let queues = try read { database in
            try leases.map { leased in
                guard let user = UserID(rawValue: leased.user) else {
                    throw DatabaseError.foreignRow(in: "delivery_queue")
                }
                return DeliveryQueue(
                    webhookID: id,
                    userID: user,
                    lease: lease,
                    dueAt: leased.dueAt,
                    failures: leased.failures,
                    deliveries: try DeliveryRow.fetch(of: leased.user, for: id, limit: length, from: database)
                )
            }
        }
        return (webhook, queues)
    }

    package func finishDeliveries(
        _ outcomes: [(queue: DeliveryQueue, delivered: Int, ending: DeliveryQueue.Ending)],
        at time: Date
    ) throws {
        try write { database in
            for (queue, delivered, ending) in outcomes {
                try DeliveryRow.finish(queue, delivered: delivered, ending: ending, at: time, in: database)
            }
        }
    }

    package func deliveryCounts() throws -> [String: (pending: Int, dead: Int)] {
        try read { database in
            let sql = "SELECT webhook_id, count(*) AS count, count(died_at) AS dead FROM delivery GROUP BY webhook_id"
            return try Row.fetchAll(database, sql: sql).reduce(into: [:]) { counts, row in
                let (count, dead): (Int, Int) = (row["count"], row["dead"])
                counts[row["webhook_id"]] = (count - dead, dead)
            }
        }
    }

    package func replay(_ selection: Replay, to webhook: String?, at time: Date) throws -> Int {
        try write { database in
            let (condition, argument) = selection.sql
            let sql = """
                SELECT webhook.id, event.sequence, event.user_id FROM event, webhook
                WHERE disabled_because IS NULL AND \(condition)
                    AND CASE WHEN ?2 IS NULL
                        THEN kinds IS NULL OR instr(' ' || kinds || ' ', ' ' || event.kind || ' ') > 0
                        ELSE webhook.id = ?2 END
                ORDER BY event.sequence
                """
            return try Row.fetchAll(database, sql: sql, arguments: [argument, webhook]).count { row in
                try DeliveryRow.enqueue(row["sequence"], of: row["user_id"], for: row["id"], at: time, in: database)
            }
        }
    }

    package func removeEvents(before time: Date, limit: Int) throws -> Int {
        try write { database in
            try database.execute(
                sql: """
                    DELETE FROM event WHERE sequence IN (
                        SELECT sequence FROM event
                        WHERE created_at < ? AND NOT EXISTS (
                            SELECT 1 FROM delivery WHERE delivery.sequence = event.sequence AND died_at IS NULL
                        )
                        ORDER BY created_at LIMIT ?
                    )
                    """,
                arguments: [time.milliseconds, limit]
            )
            return database.changesCount
        }
    }
}

extension Replay {
    /// Which events those are, and what `?1` means in that.
    fileprivate var sql: (condition: String, argument: (any DatabaseValueConvertible)?) {
        switch self {
        case .event(let id): ("event.id = ?1", id)
        case .since(let time): ("event.created_at >= ?1", time.milliseconds)
        case .dead:
            (
                """
                ?1 IS NULL AND EXISTS (
                    SELECT 1 FROM delivery
                    WHERE delivery.sequence = event.sequence AND webhook_id = webhook.id AND died_at IS NOT NULL
                )
                """, nil
            )
        }
    }
}
