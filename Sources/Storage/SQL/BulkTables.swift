import Foundation
import Imaging
import ProfileImages

/// The tables `imported_file` and `bulk_job`, and the export of users.
extension SQLTransaction {
    func isImported(_ digest: String, of user: UserID) throws -> Bool {
        try connection.exists(
            "SELECT 1 FROM imported_file WHERE user_id = ? AND digest = ?",
            [user.rawValue, digest]
        )
    }

    func insertImported(_ digest: String, of user: UserID) throws {
        try connection.execute(
            "INSERT INTO imported_file (user_id, digest) VALUES (?, ?) ON CONFLICT DO NOTHING",
            [user.rawValue, digest]
        )
    }

    func bulkJob(_ id: String) throws -> BulkJob? {
        try (connection.value("SELECT content FROM bulk_job WHERE id = ?", [id]) as String?)
            .map { try JSONDecoder().decode(BulkJob.self, from: Data($0.utf8)) }
    }

    func hasBulkJob(before time: Date) throws -> Bool {
        try connection.exists("SELECT 1 FROM bulk_job WHERE created_at < ? LIMIT 1", [time.milliseconds])
    }

    func insertBulkJob(_ job: BulkJob) throws {
        try connection.execute(
            "INSERT INTO bulk_job (id, created_at, content) VALUES (?, ?, ?)",
            [job.id, job.createdAt.milliseconds, String(decoding: try JSONEncoder().encode(job), as: UTF8.self)]
        )
    }

    func deleteBulkJobs(before time: Date) throws {
        try connection.execute("DELETE FROM bulk_job WHERE created_at < ?", [time.milliseconds])
    }

    func exportedUsers(after number: Int64, limit: Int) throws -> [(number: Int64, user: ExportedUser)] {
        var query = ProfileQuery(limit: limit)
        query.after = number
        return try numberedProfiles(query, limit: limit).map { ($0.number, try exported($0.profile)) }
    }

    func exportedUser(_ user: UserID) throws -> ExportedUser? {
        try profile(of: user).map(exported)
    }

    func insertMedia(_ item: ExportedUser.Item, of user: UserID) throws {
        try connection.execute(
            """
            INSERT INTO media (
                id, user_id, additional_type, name, media_type, byte_count, is_active, created_at, replaced_at,
                master, side, format, source, rating, digest
            ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                item.id.rawValue, user.rawValue, item.additionalType, item.name, item.mediaType, item.byteCount,
                item.isActive, item.createdAt.milliseconds, item.replacedAt?.milliseconds, item.master?.rawValue,
                item.side, item.format?.rawValue, item.source, item.rating?.rawValue, item.digest?.rawValue,
            ]
        )
    }

    private func exported(_ profile: Profile) throws -> ExportedUser {
        let sql = "SELECT * FROM media WHERE user_id = ? ORDER BY created_at, id"
        return ExportedUser(
            userId: profile.userID,
            attributes: profile.attributes,
            revision: profile.revision,
            createdAt: profile.createdAt,
            updatedAt: profile.updatedAt,
            media: try connection.query(sql, [profile.userID.rawValue]).map(Self.exportedItem),
            identities: try exportedIdentities(of: profile.userID)
        )
    }

    private static func exportedItem(_ row: SQLRow) throws -> ExportedUser.Item {
        guard let id = MediaID(rawValue: try row["id"]) else { throw StoreError.foreignRow(in: "media") }
        return ExportedUser.Item(
            id: id,
            additionalType: try row["additional_type"],
            name: try row["name"],
            mediaType: try row["media_type"],
            byteCount: try row["byte_count"],
            isActive: try row["is_active"],
            createdAt: Date(milliseconds: try row["created_at"]),
            replacedAt: try (row["replaced_at"] as Int64?).map(Date.init(milliseconds:)),
            master: try (row["master"] as String?).map(ObjectKey.init(rawValue:)),
            side: try row["side"],
            format: try (row["format"] as String?).flatMap(ImageFormat.init(rawValue:)),
            source: try row["source"],
            rating: try (row["rating"] as String?).flatMap(ImageRating.init(rawValue:)),
            digest: try (row["digest"] as String?).map(ContentDigest.init(rawValue:))
        )
    }
}
