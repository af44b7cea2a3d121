import Foundation
import GRDB
import ProfileImages

/// The counts of all tables.
enum StatisticsRow {
    private static let failures = 10

    static func fetch(from database: Database) throws -> Statistics {
        let media = try Row.fetchOne(
            database,
            sql: """
                SELECT total(is_active) AS current, total(master IS NOT NULL AND NOT is_active) AS replaced,
                    total(master IS NULL) AS documents,
                    total(iif(master IS NULL, 0, byte_count)) AS image_bytes,
                    total(iif(master IS NULL, byte_count, 0)) AS document_bytes
                FROM media
                """
        )
        func sum(_ column: String) -> Int { (media?[column] as Double?).map { Int($0) } ?? 0 }
        func count(_ table: String) throws -> Int {
            try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)") ?? 0
        }
        return Statistics(
            users: try count("profile"),
            currentImages: sum("current"),
            replacedImages: sum("replaced"),
            documents: sum("documents"),
            imageBytes: sum("image_bytes"),
            documentBytes: sum("document_bytes"),
            databaseBytes: try bytes(of: database),
            events: try count("event"),
            pendingDeliveries: try count("delivery WHERE died_at IS NULL"),
            deadDeliveries: try count("delivery WHERE died_at IS NOT NULL"),
            pendingImports: try count("import WHERE finished_at IS NULL"),
            pendingRemovals: try count("pending_removal"),
            failures: try failures(from: database)
        )
    }

    private static func bytes(of database: Database) throws -> Int {
        let sql = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        return try Int.fetchOne(database, sql: sql) ?? 0
    }

    private static func failures(from database: Database) throws -> [Statistics.Failure] {
        let sql = """
            SELECT * FROM (
                SELECT died_at AS time, 'delivery to ' || webhook_id AS what, reason FROM delivery WHERE died_at IS NOT NULL
                UNION ALL
                SELECT NULL, 'delivery to ' || webhook_id, reason FROM delivery_queue WHERE reason IS NOT NULL
                UNION ALL
                SELECT finished_at, 'import ' || id, code || ': ' || detail FROM import WHERE state = 'failed'
            ) ORDER BY time IS NULL DESC, time DESC LIMIT ?
            """
        return try Row.fetchAll(database, sql: sql, arguments: [failures]).map { row in
            Statistics.Failure(
                time: (row["time"] as Int64?).map(Date.init(milliseconds:)),
                what: row["what"],
                reason: row["reason"] ?? ""
            )
        }
    }
}
