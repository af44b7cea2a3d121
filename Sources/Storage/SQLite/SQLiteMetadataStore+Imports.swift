package import FoundationEssentials
import GRDB
package import ProfileImages

extension SQLiteMetadataStore {
    package func addImport(_ job: ImportJob, creation: ProfileCreation) throws {
        try write { database in
            if try !ProfileRow.exists(job.userID, in: database) {
                guard creation == .onFirstUse else { throw ProfileError.unknownUser }
                _ = try ProfileRow.touch(job.userID, at: job.createdAt, in: database)
                try record(
                    .profileCreated,
                    of: job.userID,
                    subject: nil,
                    by: job.actor,
                    at: job.createdAt,
                    in: database
                )
            }
            try replacePendingImport(by: job, in: database)
        }
    }

    package func latestImport(of user: UserID) throws -> ImportJob? {
        try read { try ImportRow.latest(of: user, from: $0) }
    }

    package func takeImport(until end: Date, now: Date, except running: Set<String>) throws -> ImportJob? {
        // Looking takes no lock: workers look often, and seldom find something.
        guard try read({ try ImportRow.isDue(at: now, except: running, in: $0) }) else { return nil }
        return try write { try ImportRow.take(until: end, now: now, except: running, in: $0) }
    }

    package func isRunning(_ job: ImportJob) throws -> Bool {
        try read { try ImportRow.isRunning(job, in: $0) }
    }

    package func finishImport(_ job: ImportJob, as state: ImportJob.State, at time: Date) throws {
        try write { try ImportRow.end(job, as: state, isFinished: true, at: time, in: $0) }
    }

    package func postponeImport(_ job: ImportJob, until time: Date, because failure: ImportFailure) throws {
        try write { try ImportRow.end(job, as: .pending(last: failure), isFinished: false, at: time, in: $0) }
    }

    package func imageRemoval(of user: UserID) throws -> Date? {
        try read { try Self.imageRemoval(of: user, from: $0) }
    }

    package func removeImports(finishedBefore time: Date) throws {
        try write { database in
            try database.execute(sql: "DELETE FROM import WHERE finished_at < ?", arguments: [time.milliseconds])
        }
    }

    func replacePendingImport(by job: ImportJob, in database: Database) throws {
        try removePendingImport(of: job.userID, in: database)
        try ImportRow.add(job, to: database)
    }

    func removePendingImport(of user: UserID, in database: Database) throws {
        try database.execute(
            sql: "DELETE FROM import WHERE user_id = ? AND state = 'pending'",
            arguments: [user.rawValue]
        )
    }

    /// Ends the user's imports, also one that a worker has: it must not bring back what was taken away.
    func skipImports(of user: UserID, at time: Date, in database: Database) throws {
        try database.execute(
            sql: "UPDATE import SET state = 'skipped', finished_at = ? WHERE user_id = ? AND finished_at IS NULL",
            arguments: [time.milliseconds, user.rawValue]
        )
    }

    /// The audit knows: what was last done to the user's current image. An erasure is a new beginning.
    static func imageRemoval(of user: UserID, from database: Database) throws -> Date? {
        let sql = """
            SELECT action, created_at FROM audit WHERE user_id = ? AND action IN (?, ?, ?, ?)
            ORDER BY sequence DESC LIMIT 1
            """
        let kinds: [Event.Kind] = [.imageSet, .imageReplaced, .imageRemoved, .profileErased]
        let arguments = StatementArguments([user.rawValue] + kinds.map(\.rawValue))
        guard let row = try Row.fetchOne(database, sql: sql, arguments: arguments),
            row["action"] == Event.Kind.imageRemoved.rawValue
        else { return nil }
        return Date(milliseconds: row["created_at"])
    }
}
