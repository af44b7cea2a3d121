import Foundation
import ProfileImages

/// Statements over several tables: statistics, erasure of a user, and due times that are too far in the future.
extension SQLTransaction {
    private static let mostFailures = 10

    /// The tables with due times: table, column, and the condition for rows that are due after the time in the
    /// parameter.
    private static let dueTables = [
        ("delivery_queue", "due_at", "webhook_id IN (SELECT id FROM webhook) AND due_at > ?"),
        ("webhook", "paused_until", "paused_until > ?"), ("import", "due_at", "finished_at IS NULL AND due_at > ?"),
    ]

    func hasAnythingDue(after horizon: Date) throws -> Bool {
        try Self.dueTables.contains { table, _, condition in
            try connection.exists("SELECT 1 FROM \(table) WHERE \(condition) LIMIT 1", [horizon.milliseconds])
        }
    }

    func hasten(whatIsDueAfter horizon: Date, to time: Date) throws -> Int {
        try Self.dueTables.reduce(0) { count, table in
            try count
                + connection.execute(
                    "UPDATE \(table.0) SET \(table.1) = ? WHERE \(table.2)",
                    [time.milliseconds, horizon.milliseconds]
                )
        }
    }

    func deleteRecords(of user: UserID) throws -> [String: Int] {
        let refusal = connection.dialect.hasObject("content", "refusals", "user", "?")
        let rows = [
            // An event without a profile records an erasure; it stays.
            "events": "event WHERE user_id = ? AND profile IS NOT NULL",
            "identities": "identity WHERE user_id = ?",
            "imports": "import WHERE user_id = ?",
            "uploads": "upload_token WHERE user_id = ?",
            "importedFiles": "imported_file WHERE user_id = ?",
            "bulkJobs": "bulk_job WHERE \(refusal)",
        ]
        return try rows.mapValues { try connection.execute("DELETE FROM \($0)", [user.rawValue]) }
    }

    func statistics() throws -> Statistics {
        let sql = """
            SELECT count(*) FILTER (WHERE is_active) AS current,
                count(*) FILTER (WHERE master IS NOT NULL AND NOT is_active) AS replaced,
                count(*) FILTER (WHERE master IS NULL) AS documents,
                coalesce(sum(byte_count) FILTER (WHERE master IS NOT NULL), 0) AS image_bytes,
                coalesce(sum(byte_count) FILTER (WHERE master IS NULL), 0) AS document_bytes
            FROM media
            """
        guard let media = try connection.query(sql, []).first else { throw StoreError.foreignRow(in: "media") }
        func count(_ table: String) throws -> Int { try connection.count("SELECT count(*) FROM \(table)") }
        return Statistics(
            users: try count("profile"),
            currentImages: try media["current"],
            replacedImages: try media["replaced"],
            documents: try media["documents"],
            imageBytes: try media["image_bytes"],
            documentBytes: try media["document_bytes"],
            databaseBytes: try connection.count(connection.dialect.byteCount),
            events: try count("event"),
            pendingDeliveries: try count("delivery WHERE died_at IS NULL"),
            deadDeliveries: try count("delivery WHERE died_at IS NOT NULL"),
            pendingImports: try count("import WHERE finished_at IS NULL"),
            pendingRemovals: try count("pending_removal"),
            failures: try failures()
        )
    }

    private func failures() throws -> [Statistics.Failure] {
        let sql = """
            SELECT * FROM (
                SELECT died_at AS time, 'delivery to ' || webhook_id AS what, reason FROM delivery WHERE died_at IS NOT NULL
                UNION ALL
                SELECT NULL, 'delivery to ' || webhook_id, reason FROM delivery_queue WHERE reason IS NOT NULL
                UNION ALL
                SELECT finished_at, 'import ' || id, code || ': ' || detail FROM import WHERE state = 'failed'
            ) AS failure ORDER BY time IS NULL DESC, time DESC LIMIT ?
            """
        return try connection.query(sql, [Self.mostFailures]).map { row in
            Statistics.Failure(
                time: try (row["time"] as Int64?).map(Date.init(milliseconds:)),
                what: try row["what"],
                reason: try row["reason"] ?? ""
            )
        }
    }
}
