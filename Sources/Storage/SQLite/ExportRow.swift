import Foundation
import GRDB
import Imaging
import ProfileImages

/// A user's rows of `profile`, `media` and `identity`, to and from the domain's value.
enum ExportRow {
    static func fetch(after number: Int64, limit: Int, from database: Database) throws
        -> [(number: Int64, user: ExportedUser)]
    {
        var query = ProfileQuery(limit: limit)
        query.after = number
        return try ProfileRow.fetch(query, limit: limit, from: database)
            .map { ($0.number, try user($0.profile, from: database)) }
    }

    static func fetch(_ user: UserID, from database: Database) throws -> ExportedUser? {
        try ProfileRow.fetch(of: user, from: database).map { try Self.user($0, from: database) }
    }

    /// - Throws: `BulkError` when the user is here otherwise, or an item of theirs is somebody else's.
    static func isThere(_ user: ExportedUser, in database: Database) throws -> Bool {
        if let known = try fetch(user.userId, from: database) {
            guard known == user else { throw BulkError.knownUser }
            return true
        }
        let statement = try database.cachedStatement(sql: "SELECT 1 FROM media WHERE id = ?")
        for item in user.media where try Int.fetchOne(statement, arguments: [item.id.rawValue]) != nil {
            throw BulkError.knownMedia(item.id)
        }
        return false
    }

    static func add(_ user: ExportedUser, to database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO profile (user_id, metadata, revision, created_at, updated_at) VALUES (?, '{}', ?, ?, ?)
                """,
            arguments: [
                user.userId.rawValue, user.revision, user.createdAt.milliseconds, user.updatedAt.milliseconds,
            ]
        )
        try ProfileRow.set(user.attributes, of: user.userId, in: database)
        for item in user.media {
            // It may be on its way out, since the same user was erased.
            try database.execute(sql: "DELETE FROM pending_removal WHERE media_id = ?", arguments: [item.id.rawValue])
            try add(item, of: user.userId, to: database)
        }
        for identity in user.identities { try identity.add(to: user.userId, in: database) }
    }

    private static func add(_ item: ExportedUser.Item, of user: UserID, to database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO media (
                    id, user_id, additional_type, name, media_type, byte_count, is_active, created_at, replaced_at,
                    master, side, format, source, rating, digest
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                item.id.rawValue, user.rawValue, item.additionalType, item.name, item.mediaType, item.byteCount,
                item.isActive, item.createdAt.milliseconds, item.replacedAt?.milliseconds, item.master?.rawValue,
                item.side, item.format?.rawValue, item.source, item.rating?.rawValue, item.digest?.rawValue,
            ]
        )
    }

    private static func user(_ profile: Profile, from database: Database) throws -> ExportedUser {
        let sql = "SELECT * FROM media WHERE user_id = ? ORDER BY created_at, id"
        let rows = try Row.fetchAll(database.cachedStatement(sql: sql), arguments: [profile.userID.rawValue])
        return ExportedUser(
            userId: profile.userID,
            attributes: profile.attributes,
            revision: profile.revision,
            createdAt: profile.createdAt,
            updatedAt: profile.updatedAt,
            media: try rows.map(item),
            identities: try ExportedIdentity.fetchAll(of: profile.userID, from: database)
        )
    }

    private static func item(row: Row) throws -> ExportedUser.Item {
        guard let id = MediaID(rawValue: row["id"]) else { throw DatabaseError.foreignRow(in: "media") }
        return ExportedUser.Item(
            id: id,
            additionalType: row["additional_type"],
            name: row["name"],
            mediaType: row["media_type"],
            byteCount: row["byte_count"],
            isActive: row["is_active"],
            createdAt: Date(milliseconds: row["created_at"]),
            replacedAt: (row["replaced_at"] as Int64?).map(Date.init(milliseconds:)),
            master: (row["master"] as String?).map(ObjectKey.init(rawValue:)),
            side: row["side"],
            format: (row["format"] as String?).flatMap(ImageFormat.init(rawValue:)),
            source: row["source"],
            rating: (row["rating"] as String?).flatMap(ImageRating.init(rawValue:)),
            digest: (row["digest"] as String?).map(ContentDigest.init(rawValue:))
        )
    }
}
