import Foundation
import GRDB
import ProfileImages

/// The `import` table's rows, to and from the domain's value.
enum ImportRow {
    static func add(_ job: ImportJob, to database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO import (
                    id, user_id, url, if_none, source, credential, actor, request_id, state, attempts, due_at, created_at
                ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'pending', 0, ?9, ?9)
                """,
            arguments: [
                job.id, job.userID.rawValue, job.url.rawValue, job.ifNone, job.source.rawValue,
                job.actor.credential.rawValue, job.actor.name, job.actor.requestID, job.createdAt.milliseconds,
            ]
        )
    }

    static func latest(of user: UserID, from database: Database) throws -> ImportJob? {
        let sql = "SELECT * FROM import WHERE user_id = ? ORDER BY sequence DESC LIMIT 1"
        return try Row.fetchOne(database, sql: sql, arguments: [user.rawValue]).map(job)
    }

    /// What the user's next image will have come from, if one is being imported.
    static func coming(to user: UserID, in database: Database) throws -> ImageSource? {
        let sql = "SELECT source FROM import WHERE user_id = ? AND finished_at IS NULL ORDER BY sequence DESC LIMIT 1"
        return try String.fetchOne(database, sql: sql, arguments: [user.rawValue]).flatMap(ImageSource.init(rawValue:))
    }

    static func isDue(at now: Date, except running: Set<String>, in database: Database) throws -> Bool {
        let statement = try database.cachedStatement(sql: dueSQL)
        return try Int64.fetchOne(statement, arguments: [now.milliseconds, list(running)]) != nil
    }

    static func take(until end: Date, now: Date, except running: Set<String>, in database: Database) throws
        -> ImportJob?
    {
        let sql = """
            UPDATE import SET
                state = 'running', attempts = attempts + 1, due_at = ?3, overruns = overruns + (state = 'running')
            WHERE sequence = (\(dueSQL))
            RETURNING *
            """
        let arguments: StatementArguments = [now.milliseconds, list(running), end.milliseconds]
        return try Row.fetchOne(database, sql: sql, arguments: arguments).map(job)
    }

    /// Identifiers as the JSON array that json_each takes. They are made here, and need no escapes.
    private static func list(_ ids: Set<String>) -> String {
        "[\(ids.map { "\"\($0)\"" }.joined(separator: ","))]"
    }

    static func isRunning(_ job: ImportJob, in database: Database) throws -> Bool {
        let sql = "SELECT 1 FROM import WHERE id = ? AND state = 'running' AND attempts = ?"
        return try Int.fetchOne(database, sql: sql, arguments: [job.id, job.attempts]) != nil
    }

    /// - Parameter time: when it was finished, or with `isFinished` false, when it is due again.
    static func end(_ job: ImportJob, as state: ImportJob.State, isFinished: Bool, at time: Date, in database: Database)
        throws
    {
        let failure = state.failure
        try database.execute(
            sql: """
                UPDATE import SET
                    state = ?, code = ?, detail = ?, media_id = ?, due_at = ?, finished_at = ?
                WHERE id = ? AND state = 'running' AND attempts = ?
                """,
            arguments: [
                state.name, failure?.code, failure?.detail, state.mediaID?.rawValue, time.milliseconds,
                isFinished ? time.milliseconds : nil, job.id, job.attempts,
            ]
        )
    }

    private static let dueSQL = """
        SELECT sequence FROM import AS due
        WHERE finished_at IS NULL AND due_at <= ?1 AND id NOT IN (SELECT value FROM json_each(?2))
            AND NOT EXISTS (
                SELECT 1 FROM import
                WHERE user_id = due.user_id AND finished_at IS NULL AND state = 'running' AND due_at > ?1
            )
        ORDER BY due_at, sequence LIMIT 1
        """

    private static func job(row: Row) throws -> ImportJob {
        guard let user = UserID(rawValue: row["user_id"]), let url = RemoteURL(rawValue: row["url"]),
            let source = ImageSource(rawValue: row["source"]), let state = state(row: row),
            let credential = Actor.Credential(rawValue: row["credential"])
        else { throw DatabaseError.foreignRow(in: "import") }
        return ImportJob(
            id: row["id"],
            userID: user,
            url: url,
            ifNone: row["if_none"],
            source: source,
            actor: Actor(credential, name: row["actor"], requestID: row["request_id"]),
            createdAt: Date(milliseconds: row["created_at"]),
            state: state,
            attempts: row["attempts"],
            overruns: row["overruns"],
            finishedAt: (row["finished_at"] as Int64?).map(Date.init(milliseconds:))
        )
    }

    private static func state(row: Row) -> ImportJob.State? {
        let failure = (row["code"] as String?).map { ImportFailure(code: $0, detail: row["detail"] ?? "") }
        let mediaID = (row["media_id"] as String?).flatMap(MediaID.init(rawValue:))
        return switch row["state"] as String {
        case "pending": .pending(last: failure)
        case "running": .running
        case "done": mediaID.map { .done($0) }
        case "skipped": .skipped
        case "failed": failure.map { .failed($0) }
        default: nil
        }
    }
}
