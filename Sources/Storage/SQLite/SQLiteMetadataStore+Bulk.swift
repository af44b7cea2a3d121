package import Foundation
import GRDB
package import ProfileImages

extension SQLiteMetadataStore {
    package func isImported(_ digest: String, of user: UserID) throws -> Bool {
        try read { database in
            let sql = "SELECT 1 FROM imported_file WHERE user_id = ? AND digest = ?"
            let arguments: StatementArguments = [user.rawValue, digest]
            return try Int.fetchOne(database.cachedStatement(sql: sql), arguments: arguments) != nil
        }
    }

    package func addImported(_ digest: String, of user: UserID) throws {
        try write { database in
            let sql = "INSERT INTO imported_file (user_id, digest) VALUES (?, ?) ON CONFLICT DO NOTHING"
            try database.cachedStatement(sql: sql).execute(arguments: [user.rawValue, digest])
        }
    }

    package func addBulkJob(_ job: BulkJob) throws {
        try write { database in
            try database.execute(
                sql: "INSERT INTO bulk_job (id, created_at, content) VALUES (?, ?, ?)",
                arguments: [
                    job.id, job.createdAt.milliseconds, String(decoding: try JSONEncoder().encode(job), as: UTF8.self),
                ]
            )
        }
    }

    package func removeBulkJobs(before time: Date) throws {
        // Looking takes no lock, and seldom finds something.
        let condition = "bulk_job WHERE created_at < ?"
        let isDue = try read { database in
            try Int.fetchOne(database, sql: "SELECT 1 FROM \(condition)", arguments: [time.milliseconds]) != nil
        }
        guard isDue else { return }
        try write { try $0.execute(sql: "DELETE FROM \(condition)", arguments: [time.milliseconds]) }
    }

    package func bulkJob(_ id: String) throws -> BulkJob? {
        try read { database in
            let sql = "SELECT content FROM bulk_job WHERE id = ?"
            return try String.fetchOne(database.cachedStatement(sql: sql), arguments: [id])
                .map { try JSONDecoder().decode(BulkJob.self, from: Data($0.utf8)) }
        }
    }

    package func exportedUsers(after number: Int64, limit: Int) throws -> [(number: Int64, user: ExportedUser)] {
        try readAtOnce { try ExportRow.fetch(after: number, limit: limit, from: $0) }
    }

    package func exportedUser(_ user: UserID) throws -> ExportedUser? {
        try readAtOnce { try ExportRow.fetch(user, from: $0) }
    }

    package func isRestored(_ user: ExportedUser) throws -> Bool {
        try readAtOnce { try ExportRow.isThere(user, in: $0) }
    }

    package func restore(_ user: ExportedUser, by actor: Actor, at time: Date) throws {
        try write { database in
            guard try !ExportRow.isThere(user, in: database) else { return }
            try ExportRow.add(user, to: database)
            try AuditRow.add(
                .userRestored,
                of: user.userId.rawValue,
                subject: nil,
                by: actor,
                at: time,
                to: database
            )
        }
    }
}
