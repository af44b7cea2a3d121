import Foundation
import GRDB
import ProfileImages

/// The rows of `delivery` and `delivery_queue`, to and from the domain's values.
enum DeliveryRow {
    /// A queue that was taken.
    struct Lease {
        let user: String
        /// Since when it was due.
        let dueAt: Date
        let failures: Int
        /// Whether the one before was not given back in its time.
        let wasAbandoned: Bool
    }

    /// Enqueues an event for every webhook that wants to hear of it.
    static func enqueue(_ kind: Event.Kind, sequence: Int64, of user: UserID, at time: Date, in database: Database)
        throws
    {
        let sql = """
            SELECT id FROM webhook
            WHERE disabled_because IS NULL AND (kinds IS NULL OR instr(' ' || kinds || ' ', ' ' || ? || ' ') > 0)
            """
        let webhooks = try String.fetchAll(database.cachedStatement(sql: sql), arguments: [kind.rawValue])
        for webhook in webhooks {
            try enqueue(sequence, of: user.rawValue, for: webhook, at: time, in: database)
        }
    }

    /// Enqueues an event for one webhook, unless it waits already.
    /// - Returns: whether it does only now.
    @discardableResult
    static func enqueue(_ sequence: Int64, of user: String, for webhook: String, at time: Date, in database: Database)
        throws
        -> Bool
    {
        try database.cachedStatement(
            sql: """
                INSERT INTO delivery (webhook_id, user_id, sequence, enqueued_at) VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET enqueued_at = excluded.enqueued_at, died_at = NULL, failures = NULL, reason = NULL
                WHERE died_at IS NOT NULL
                """
        ).execute(arguments: [webhook, user, sequence, time.milliseconds])
        guard database.changesCount > 0 else { return false }
        try database.cachedStatement(
            sql: "INSERT INTO delivery_queue (webhook_id, user_id, due_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        ).execute(arguments: [webhook, user, time.milliseconds])
        return true
    }

    /// Leases up to `limit` queues that are due, those first that have waited longest.
    static func lease(
        _ lease: String,
        of webhook: String,
        limit: Int,
        until end: Date,
        now: Date,
        in database: Database
    )
        throws -> [Lease]
    {
        let due = """
            SELECT user_id, due_at, failures, lease FROM delivery_queue WHERE webhook_id = ? AND due_at <= ? ORDER BY due_at LIMIT ?
            """
        let take = "UPDATE delivery_queue SET lease = ?, due_at = ? WHERE webhook_id = ? AND user_id = ?"
        return try Row.fetchAll(
            database.cachedStatement(sql: due),
            arguments: [webhook, now.milliseconds, limit]
        ).map { row in
            let leased = Lease(
                user: row["user_id"],
                dueAt: Date(milliseconds: row["due_at"]),
                failures: row["failures"],
                wasAbandoned: row["lease"] != nil
            )
            try database.cachedStatement(sql: take).execute(
                arguments: [lease, end.milliseconds, webhook, leased.user]
            )
            return leased
        }
    }

    /// The first deliveries of a queue.
    static func fetch(of user: String, for webhook: String, limit: Int, from database: Database) throws
        -> [DeliveryQueue.Delivery]
    {
        let sql = """
            SELECT event.*, enqueued_at FROM delivery JOIN event USING (sequence)
            WHERE webhook_id = ? AND delivery.user_id = ? AND died_at IS NULL
            ORDER BY delivery.sequence LIMIT ?
            """
        return try Row.fetchAll(database.cachedStatement(sql: sql), arguments: [webhook, user, limit]).map {
            .init(event: try EventRow.event(row: $0), enqueuedAt: Date(milliseconds: $0["enqueued_at"]))
        }
    }

    /// Makes a user's queues due: an erasure waits for no earlier failure, only for whoever sends something of theirs now.
    static func hasten(_ user: UserID, at time: Date, in database: Database) throws {
        try database.execute(
            sql: """
                UPDATE delivery_queue SET due_at = ?, failures = 0, reason = NULL
                WHERE webhook_id IN (SELECT id FROM webhook) AND user_id = ? AND lease IS NULL
                """,
            arguments: [time.milliseconds, user.rawValue]
        )
    }

    /// Gives a queue back, unless somebody else has it by now. It is over when nothing waits in it any more.
    static func finish(
        _ queue: DeliveryQueue,
        delivered: Int,
        ending: DeliveryQueue.Ending,
        at time: Date,
        in database: Database
    ) throws {
        let key: StatementArguments = [queue.webhookID, queue.userID.rawValue]
        let isOurs = "SELECT 1 FROM delivery_queue WHERE webhook_id = ? AND user_id = ? AND lease = ?"
        guard try Int.fetchOne(database.cachedStatement(sql: isOurs), arguments: key + [queue.lease]) != nil else {
            return
        }
        let arrived = "DELETE FROM delivery WHERE webhook_id = ? AND user_id = ? AND sequence = ?"
        for delivery in queue.deliveries.prefix(delivered) {
            try database.cachedStatement(sql: arrived).execute(arguments: key + [delivery.event.sequence])
        }
        let failed = queue.deliveries.dropFirst(delivered).first?.event.sequence
        let isThere = try isWaiting(failed, in: key, database)
        if case .dead(let failures, let reason) = ending, isThere {
            try database.execute(
                sql: """
                    UPDATE delivery SET died_at = ?, failures = ?, reason = ?
                    WHERE webhook_id = ? AND user_id = ? AND sequence = ?
                    """,
                arguments: [time.milliseconds, failures, reason] + key + [failed]
            )
        }
        // What has failed may be gone: its user was erased. The erasure does not wait for another attempt of it.
        let state = (isThere ? ending : .released).state(of: queue, hasMoved: delivered > 0, at: time)
        try release(key, as: state, in: database)
    }

    private static func isWaiting(_ sequence: Int64?, in key: StatementArguments, _ database: Database) throws -> Bool {
        let sql = "SELECT 1 FROM delivery WHERE webhook_id = ? AND user_id = ? AND sequence = ?"
        return try Int.fetchOne(database.cachedStatement(sql: sql), arguments: key + [sequence]) != nil
    }

    private static func release(_ key: StatementArguments, as state: State, in database: Database) throws {
        let isOver = """
            DELETE FROM delivery_queue WHERE webhook_id = ?1 AND user_id = ?2 AND NOT EXISTS (
                SELECT 1 FROM delivery WHERE webhook_id = ?1 AND user_id = ?2 AND died_at IS NULL
            )
            """
        try database.cachedStatement(sql: isOver).execute(arguments: key)
        try database.cachedStatement(
            sql: """
                UPDATE delivery_queue SET lease = NULL, due_at = ?, failures = ?, reason = ?
                WHERE webhook_id = ? AND user_id = ?
                """
        ).execute(arguments: [state.dueAt.milliseconds, state.failures, state.reason] + key)
    }

    /// When a queue is due, and how often and why its first delivery has failed.
    fileprivate struct State {
        let dueAt: Date
        let failures: Int
        var reason: String?
    }
}

extension DeliveryQueue.Ending {
    /// A queue that did not move keeps its turn.
    fileprivate func state(of queue: DeliveryQueue, hasMoved: Bool, at time: Date) -> DeliveryRow.State {
        switch self {
        case .released where !hasMoved: .init(dueAt: queue.dueAt, failures: queue.failures)
        case .released, .dead: .init(dueAt: time, failures: 0)
        case .postponed(let due, let failures, let reason): .init(dueAt: due, failures: failures, reason: reason)
        }
    }
}
