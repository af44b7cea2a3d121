import Foundation
import ProfileImages

/// The tables `delivery` and `delivery_queue`.
extension SQLTransaction {
    func webhooksWithDueDeliveries(at time: Date) throws -> [String] {
        let sql = """
            SELECT id FROM webhook
            WHERE disabled_because IS NULL AND (paused_until IS NULL OR paused_until <= ?1)
                AND EXISTS (SELECT 1 FROM delivery_queue WHERE webhook_id = id AND due_at <= ?1)
            """
        return try connection.query(sql, [time.milliseconds]).map { try $0["id"] }
    }

    func deliveries(of user: UserID, for webhook: String, limit: Int) throws -> [DeliveryQueue.Delivery] {
        let sql = """
            SELECT event.*, enqueued_at FROM delivery JOIN event USING (sequence)
            WHERE webhook_id = ? AND delivery.user_id = ? AND died_at IS NULL
            ORDER BY delivery.sequence LIMIT ?
            """
        return try connection.query(sql, [webhook, user.rawValue, limit]).map { row in
            .init(event: try Self.event(row), enqueuedAt: Date(milliseconds: try row["enqueued_at"]))
        }
    }

    func deliveryCounts() throws -> [String: (pending: Int, dead: Int)] {
        let sql = "SELECT webhook_id, count(*) AS count, count(died_at) AS dead FROM delivery GROUP BY webhook_id"
        return try connection.query(sql, []).reduce(into: [:]) { counts, row in
            let (count, dead): (Int, Int) = try (row["count"], row["dead"])
            counts[try row["webhook_id"]] = (count - dead, dead)
        }
    }

    func enqueueDelivery(of sequence: Int64, user: UserID, for webhook: String, at time: Date) throws -> Bool {
        let isNew =
            try connection.execute(
                """
                INSERT INTO delivery (webhook_id, user_id, sequence, enqueued_at) VALUES (?, ?, ?, ?)
                ON CONFLICT (webhook_id, user_id, sequence) DO UPDATE
                SET enqueued_at = excluded.enqueued_at, died_at = NULL, failures = NULL, reason = NULL
                WHERE delivery.died_at IS NOT NULL
                """,
                [webhook, user.rawValue, sequence, time.milliseconds]
            ) > 0
        guard isNew else { return false }
        try connection.execute(
            "INSERT INTO delivery_queue (webhook_id, user_id, due_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [webhook, user.rawValue, time.milliseconds]
        )
        return true
    }

    func leaseQueues(of webhook: String, as lease: String, limit: Int, until end: Date, now: Date) throws
        -> [LeasedQueue]
    {
        let due = """
            SELECT user_id, due_at, failures, lease FROM delivery_queue
            WHERE webhook_id = ? AND due_at <= ? ORDER BY due_at LIMIT ?
            """
        let take = "UPDATE delivery_queue SET lease = ?, due_at = ? WHERE webhook_id = ? AND user_id = ?"
        return try connection.query(due, [webhook, now.milliseconds, limit]).map { row in
            guard let user = UserID(rawValue: try row["user_id"]) else {
                throw StoreError.foreignRow(in: "delivery_queue")
            }
            try connection.execute(take, [lease, end.milliseconds, webhook, user.rawValue])
            return LeasedQueue(
                user: user,
                dueAt: Date(milliseconds: try row["due_at"]),
                failures: try row["failures"],
                wasAbandoned: try row["lease"] as String? != nil
            )
        }
    }

    func isLeased(_ queue: DeliveryQueue) throws -> Bool {
        try connection.exists(
            "SELECT 1 FROM delivery_queue WHERE webhook_id = ? AND user_id = ? AND lease = ?",
            Self.key(queue) + [queue.lease]
        )
    }

    func hasDelivery(of sequence: Int64, in queue: DeliveryQueue) throws -> Bool {
        try connection.exists(
            "SELECT 1 FROM delivery WHERE webhook_id = ? AND user_id = ? AND sequence = ?",
            Self.key(queue) + [sequence]
        )
    }

    func deleteDelivery(of sequence: Int64, in queue: DeliveryQueue) throws {
        try connection.execute(
            "DELETE FROM delivery WHERE webhook_id = ? AND user_id = ? AND sequence = ?",
            Self.key(queue) + [sequence]
        )
    }

    func setDead(_ sequence: Int64, in queue: DeliveryQueue, failures: Int, because reason: String, at time: Date)
        throws
    {
        try connection.execute(
            """
            UPDATE delivery SET died_at = ?, failures = ?, reason = ?
            WHERE webhook_id = ? AND user_id = ? AND sequence = ?
            """,
            [time.milliseconds, failures, reason] + Self.key(queue) + [sequence]
        )
    }

    func releaseQueue(_ queue: DeliveryQueue, dueAt: Date, failures: Int, because reason: String?) throws {
        let isOver = """
            DELETE FROM delivery_queue WHERE webhook_id = ?1 AND user_id = ?2 AND NOT EXISTS (
                SELECT 1 FROM delivery WHERE webhook_id = ?1 AND user_id = ?2 AND died_at IS NULL
            )
            """
        guard try connection.execute(isOver, Self.key(queue)) == 0 else { return }
        try connection.execute(
            """
            UPDATE delivery_queue SET lease = NULL, due_at = ?, failures = ?, reason = ?
            WHERE webhook_id = ? AND user_id = ?
            """,
            [dueAt.milliseconds, failures, reason] + Self.key(queue)
        )
    }

    func hastenQueues(of user: UserID, to time: Date) throws {
        // The subquery names all webhooks, so that SQLite can use the primary key, whose first column is webhook_id.
        try connection.execute(
            """
            UPDATE delivery_queue SET due_at = ?, failures = 0, reason = NULL
            WHERE webhook_id IN (SELECT id FROM webhook) AND user_id = ? AND lease IS NULL
            """,
            [time.milliseconds, user.rawValue]
        )
    }

    func setDead(allFor webhook: String, because reason: String, at time: Date) throws {
        try connection.execute(
            "UPDATE delivery SET died_at = ?, failures = 0, reason = ? WHERE webhook_id = ? AND died_at IS NULL",
            [time.milliseconds, reason, webhook]
        )
        try connection.execute("DELETE FROM delivery_queue WHERE webhook_id = ?", [webhook])
    }

    func replayable(_ selection: Replay, after sequence: Int64, limit: Int, to webhook: String?) throws
        -> [ReplayableEvent]
    {
        let (events, deliveries, argument) = selection.sql
        let receivers =
            webhook == nil ? "kinds IS NULL OR ' ' || kinds || ' ' LIKE '% ' || chosen.kind || ' %'" : "webhook.id = ?"
        let sql = """
            SELECT chosen.sequence, chosen.user_id, webhook.id AS webhook_id
            FROM (SELECT * FROM event WHERE \(events) AND sequence > ? ORDER BY sequence LIMIT ?) AS chosen
            LEFT JOIN webhook ON disabled_because IS NULL AND \(deliveries) AND (\(receivers))
            ORDER BY chosen.sequence
            """
        let arguments = argument.map { [$0] } ?? []
        return try connection.query(sql, arguments + [sequence, limit] + (webhook.map { [$0] } ?? [])).map { row in
            guard let user = UserID(rawValue: try row["user_id"]) else { throw StoreError.foreignRow(in: "event") }
            return ReplayableEvent(sequence: try row["sequence"], user: user, webhook: try row["webhook_id"])
        }
    }

    private static func key(_ queue: DeliveryQueue) -> [(any SQLConvertible)?] {
        [queue.webhookID, queue.userID.rawValue]
    }
}

extension Replay {
    /// SQL conditions for the events and for their deliveries, and the parameter of the condition for events.
    fileprivate var sql: (events: String, deliveries: String, argument: (any SQLConvertible)?) {
        switch self {
        case .event(let id): ("id = ?", "TRUE", id)
        case .since(let time): ("created_at >= ?", "TRUE", time.milliseconds)
        case .dead:
            (
                "EXISTS (SELECT 1 FROM delivery WHERE delivery.sequence = event.sequence AND died_at IS NOT NULL)",
                """
                EXISTS (
                    SELECT 1 FROM delivery
                    WHERE delivery.sequence = chosen.sequence AND webhook_id = webhook.id AND died_at IS NOT NULL
                )
                """,
                nil
            )
        }
    }
}
