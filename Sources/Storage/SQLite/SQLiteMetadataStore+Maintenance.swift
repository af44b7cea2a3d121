package import Foundation
import GRDB
package import ProfileImages
import Synchronization

extension SQLiteMetadataStore {
    package func allMedia(after id: MediaID?, limit: Int) throws -> [MediaItem] {
        try read { try MediaRow.items(after: id, limit: limit, from: $0) }
    }

    package func mediaCount() throws -> Int {
        try read { try Int.fetchOne($0, sql: "SELECT count(*) FROM media") ?? 0 }
    }

    package func referenced(_ ids: Set<MediaID>) throws -> Set<MediaID> {
        // By the writer: in a batch it sees what the batch has done, and outside what was committed.
        try write { database in
            let sql = """
                SELECT EXISTS (SELECT 1 FROM media WHERE id = ?1)
                    OR EXISTS (SELECT 1 FROM staged_image WHERE id = ?1)
                    OR EXISTS (SELECT 1 FROM pending_removal WHERE media_id = ?1)
                """
            let statement = try database.cachedStatement(sql: sql)
            return try ids.filter { try Bool.fetchOne(statement, arguments: [$0.rawValue]) ?? false }
        }
    }

    package func hasten(whatIsDueAfter horizon: Date, to time: Date) throws -> Int {
        let tables = [
            ("delivery_queue", "due_at", "webhook_id IN (SELECT id FROM webhook) AND due_at > ?"),
            ("webhook", "paused_until", "paused_until > ?"), ("import", "due_at", "finished_at IS NULL AND due_at > ?"),
        ]
        // Looking takes no lock, and seldom finds something.
        let late = try read { database in
            try tables.contains { table, _, condition in
                let sql = "SELECT EXISTS (SELECT 1 FROM \(table) WHERE \(condition))"
                return try Bool.fetchOne(database, sql: sql, arguments: [horizon.milliseconds]) ?? false
            }
        }
        guard late else { return 0 }
        return try write { database in
            try tables.reduce(0) { count, table in
                try database.execute(
                    sql: "UPDATE \(table.0) SET \(table.1) = ? WHERE \(table.2)",
                    arguments: [time.milliseconds, horizon.milliseconds]
                )
                return count + database.changesCount
            }
        }
    }

    package func forgetMedia(_ id: MediaID) throws {
        try write { database in
            for sql in ["DELETE FROM media WHERE id = ?", "DELETE FROM pending_removal WHERE media_id = ?"] {
                try database.execute(sql: sql, arguments: [id.rawValue])
            }
        }
    }

    /// Forgets the images that nobody has named yet.
    package func forgetStagedImages() throws {
        try write { try $0.execute(sql: "DELETE FROM staged_image") }
    }

    /// The words of erased users stay in the search's index, marked as deleted, until its parts are merged (sqlite.org/fts5.html
    /// §6.8), and in the write-ahead log until it is written anew (sqlite.org/wal.html §2.1).
    package func purgeErased() throws -> Bool {
        let done = purged.withLock { $0 }
        let sql = "SELECT max(sequence) FROM audit WHERE sequence > ? AND action = ?"
        let erased = Event.Kind.profileErased.rawValue
        guard let last = try read({ try Int64.fetchOne($0, sql: sql, arguments: [done, erased]) }) else { return false }
        let isMerged = try write { database in
            let before = database.totalChangesCount
            // A step of so many pages: nobody waits long for the writer.
            try database.execute(sql: "INSERT INTO profile_search (profile_search, rank) VALUES ('merge', -500)")
            return database.totalChangesCount - before < 2
        }
        guard isMerged else { return true }
        let isBusy = try maintain { try Int.fetchOne($0, sql: "PRAGMA wal_checkpoint(TRUNCATE)") } != 0
        // Somebody reads from the log still: once more the next time.
        if !isBusy { purged.withLock { $0 = last } }
        return false
    }

    package func statistics() throws -> Statistics {
        try readAtOnce { try StatisticsRow.fetch(from: $0) }
    }

    /// Copies the database, as of one moment, while others read and write: sqlite.org/backup.html.
    /// - Parameter path: of the copy; what is there is replaced.
    package func copy(to path: String) throws {
        try translatingErrors {
            try DatabaseFile.create(path)
            let copy = try DatabaseQueue(path: path)
            try writer.backup(to: copy)
            // One file, without a log beside it.
            try copy.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
            try copy.close()
        }
    }

    /// The steps that have made the database's schema what it is, in order.
    package func migrations() throws -> [String] {
        try read { try Migrations.migrator.completedMigrations($0) }
    }

    /// What is wrong with the database's file; empty when nothing is. sqlite.org/pragma.html#pragma_integrity_check
    package func integrityFaults() throws -> [String] {
        try read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }.filter { $0 != "ok" }
    }
}
