import Foundation
import ProfileImages

/// The table `import`.
extension SQLTransaction {
    func latestImport(of user: UserID) throws -> ImportJob? {
        let sql = "SELECT * FROM import WHERE user_id = ? ORDER BY sequence DESC LIMIT 1"
        return try connection.query(sql, [user.rawValue]).first.map(Self.job)
    }

    func unfinishedImportSource(of user: UserID) throws -> ImageSource? {
        let sql = "SELECT source FROM import WHERE user_id = ? AND finished_at IS NULL ORDER BY sequence DESC LIMIT 1"
        return try (connection.value(sql, [user.rawValue]) as String?).flatMap(ImageSource.init(rawValue:))
    }

    func hasDueImport(at now: Date, except running: Set<String>) throws -> Bool {
        try connection.exists(dueImport, [now.milliseconds, Self.list(running)])
    }

    func isRunning(_ job: ImportJob) throws -> Bool {
        let sql = "SELECT 1 FROM import WHERE id = ? AND state = 'running' AND attempts = ?"
        return try connection.exists(sql, [job.id, job.attempts])
    }

    func insertImport(_ job: ImportJob) throws {
        try connection.execute(
            """
            INSERT INTO import (
                id, user_id, url, if_none, source, credential, actor, request_id, state, attempts, due_at, created_at
            ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'pending', 0, ?9, ?9)
            """,
            [
                job.id, job.userID.rawValue, job.url.rawValue, job.ifNone, job.source.rawValue,
                job.actor.credential.rawValue, job.actor.name, job.actor.requestID, job.createdAt.milliseconds,
            ]
        )
    }

    func deletePendingImport(of user: UserID) throws {
        try connection.execute("DELETE FROM import WHERE user_id = ? AND state = 'pending'", [user.rawValue])
    }

    func skipImports(of user: UserID, at time: Date) throws {
        try connection.execute(
            "UPDATE import SET state = 'skipped', finished_at = ? WHERE user_id = ? AND finished_at IS NULL",
            [time.milliseconds, user.rawValue]
        )
    }

    func leaseImport(until end: Date, now: Date, except running: Set<String>) throws -> ImportJob? {
        let sql = """
            UPDATE import SET
                state = 'running', attempts = attempts + 1, due_at = ?3,
                overruns = overruns + CASE state WHEN 'running' THEN 1 ELSE 0 END
            WHERE sequence = (\(dueImport))
            RETURNING *
            """
        return try connection.query(sql, [now.milliseconds, Self.list(running), end.milliseconds]).first.map(Self.job)
    }

    func setState(_ state: ImportJob.State, of job: ImportJob, isFinished: Bool, at time: Date) throws {
        let failure = state.failure
        try connection.execute(
            """
            UPDATE import SET
                state = ?, code = ?, detail = ?, media_id = ?, due_at = ?, finished_at = ?
            WHERE id = ? AND state = 'running' AND attempts = ?
            """,
            [
                state.name, failure?.code, failure?.detail, state.mediaID?.rawValue, time.milliseconds,
                isFinished ? time.milliseconds : nil, job.id, job.attempts,
            ]
        )
    }

    func deleteImports(finishedBefore time: Date) throws {
        try connection.execute("DELETE FROM import WHERE finished_at < ?", [time.milliseconds])
    }

    private var dueImport: String {
        """
        SELECT sequence FROM import AS due
        WHERE finished_at IS NULL AND due_at <= ?1 AND NOT (\(connection.dialect.isMember("id", "?2")))
            AND NOT EXISTS (
                SELECT 1 FROM import
                WHERE user_id = due.user_id AND finished_at IS NULL AND state = 'running' AND due_at > ?1
            )
        ORDER BY due_at, sequence LIMIT 1
        """
    }

    /// Identifiers as a JSON array. portraitd generates them, so they need no escapes.
    private static func list(_ ids: Set<String>) -> String {
        "[\(ids.map { "\"\($0)\"" }.joined(separator: ","))]"
    }

    private static func job(_ row: SQLRow) throws -> ImportJob {
        guard let user = UserID(rawValue: try row["user_id"]), let url = RemoteURL(rawValue: try row["url"]),
            let source = ImageSource(rawValue: try row["source"]), let state = try state(row),
            let credential = AuditActor.Credential(rawValue: try row["credential"])
        else { throw StoreError.foreignRow(in: "import") }
        return ImportJob(
            id: try row["id"],
            userID: user,
            url: url,
            ifNone: try row["if_none"],
            source: source,
            actor: AuditActor(credential, name: try row["actor"], requestID: try row["request_id"]),
            createdAt: Date(milliseconds: try row["created_at"]),
            state: state,
            attempts: try row["attempts"],
            overruns: try row["overruns"],
            finishedAt: try (row["finished_at"] as Int64?).map(Date.init(milliseconds:))
        )
    }

    private static func state(_ row: SQLRow) throws -> ImportJob.State? {
        let failure = try (row["code"] as String?).map { ImportFailure(code: $0, detail: try row["detail"] ?? "") }
        let mediaID = try (row["media_id"] as String?).flatMap(MediaID.init(rawValue:))
        return switch try row["state"] as String {
        case "pending": .pending(last: failure)
        case "running": .running
        case "done": mediaID.map { .done($0) }
        case "skipped": .skipped
        case "failed": failure.map { .failed($0) }
        default: nil
        }
    }
}
