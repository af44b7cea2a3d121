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
                    wasAbandoned: leased.wasAbandoned,
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

    package func replay(_ selection: Replay, after sequence: Int64, limit: Int, to webhook: String?, at time: Date)
        throws
        -> (deliveries: Int, last: Int64)?
    {
        try write { database in
            let (events, deliveries, argument) = selection.sql
            let sql = """
                SELECT some.sequence, some.user_id, webhook.id AS webhook_id
                FROM (SELECT * FROM event WHERE sequence > ?2 AND \(events) ORDER BY sequence LIMIT ?3) AS some
                LEFT JOIN webhook ON disabled_because IS NULL AND \(deliveries) AND CASE
                    WHEN ?4 IS NULL THEN kinds IS NULL OR instr(' ' || kinds || ' ', ' ' || some.kind || ' ') > 0
                    ELSE webhook.id = ?4 END
                ORDER BY some.sequence
                """
            let rows = try Row.fetchAll(database, sql: sql, arguments: [argument, sequence, limit, webhook])
            guard let last = rows.last else { return nil }
            let count = try rows.count { row in
                guard let webhook = row["webhook_id"] as String? else { return false }
                return try DeliveryRow.enqueue(
                    row["sequence"],
                    of: row["user_id"],
                    for: webhook,
                    at: time,
                    in: database
                )
            }
            return (count, last["sequence"])
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
    /// Which events those are, and which of their deliveries; and what `?1` means in that.
    fileprivate var sql: (events: String, deliveries: String, argument: (any DatabaseValueConvertible)?) {
        switch self {
        case .event(let id): ("id = ?1", "TRUE", id)
        case .since(let time): ("created_at >= ?1", "TRUE", time.milliseconds)
        case .dead:
            (
                """
                ?1 IS NULL AND EXISTS (
                    SELECT 1 FROM delivery WHERE delivery.sequence = event.sequence AND died_at IS NOT NULL
                )
                """,
                """
                EXISTS (
                    SELECT 1 FROM delivery
                    WHERE delivery.sequence = some.sequence AND webhook_id = webhook.id AND died_at IS NOT NULL
                )
                """,
                nil
            )
        }
    }
}
