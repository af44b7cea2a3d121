import Foundation
import GRDB
import Imaging
import ProfileImages

/// The `media` table's rows, to and from the domain's values.
enum MediaRow {
    /// The columns of an image, under names that no other table's columns have.
    static let imageColumns = """
        media.id AS media_id, media.user_id AS media_user_id, media.master, media.side, media.format, media.byte_count,
        media.source, media.rating, media.digest, media.created_at AS media_created_at
        """
    private static let columns = "\(imageColumns), media.additional_type, media.name, media.media_type, media.is_active"

    static func currentImage(of user: UserID, from database: Database) throws -> ProfileImage? {
        try Row.fetchOne(database.cachedStatement(sql: selectCurrentImage), arguments: [user.rawValue]).map(image)
    }

    // Put together once: it is asked with nearly every request.
    private static let selectCurrentImage = "SELECT \(imageColumns) FROM media WHERE user_id = ? AND is_active"

    /// The current image of the first profile, the oldest, whose `column` is `value`.
    static func currentImage(where column: String, is value: String, from database: Database) throws -> ProfileImage? {
        let sql = """
            SELECT \(imageColumns) FROM profile JOIN media ON media.user_id = profile.user_id AND media.is_active
            WHERE profile.\(column) = ? ORDER BY profile.id LIMIT 1
            """
        return try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [value]).map(image)
    }

    static func image(_ id: MediaID, from database: Database) throws -> ProfileImage? {
        let sql = "SELECT \(imageColumns) FROM media WHERE id = ? AND master IS NOT NULL"
        return try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [id.rawValue]).map(image)
    }

    static func images(after id: MediaID?, limit: Int, from database: Database) throws -> [ProfileImage] {
        let sql = "SELECT \(imageColumns) FROM media WHERE id > ? AND master IS NOT NULL ORDER BY id LIMIT ?"
        return try Row.fetchAll(database, sql: sql, arguments: [id?.rawValue ?? "", limit]).map(image)
    }

    static func item(_ id: MediaID, of user: UserID, from database: Database) throws -> MediaItem? {
        let sql = "SELECT \(columns) FROM media WHERE id = ? AND user_id = ?"
        return try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [id.rawValue, user.rawValue]).map(item)
    }

    static func items(of user: UserID, after id: MediaID?, limit: Int, from database: Database) throws -> [MediaItem] {
        let sql = """
            SELECT \(columns) FROM media
            WHERE user_id = ?1
                AND (?2 IS NULL OR (created_at, id) < (SELECT created_at, id FROM media WHERE id = ?2 AND user_id = ?1))
            ORDER BY created_at DESC, id DESC LIMIT ?3
            """
        return try Row.fetchAll(database, sql: sql, arguments: [user.rawValue, id?.rawValue, limit]).map(item)
    }

    /// Everybody's items, in the order of their identifiers.
    static func items(after id: MediaID?, limit: Int, from database: Database) throws -> [MediaItem] {
        let sql = "SELECT \(columns) FROM media WHERE id > ? ORDER BY id LIMIT ?"
        return try Row.fetchAll(database.cachedStatement(sql: sql), arguments: [id?.rawValue ?? "", limit]).map(item)
    }

    static func add(_ item: MediaItem, to database: Database) throws {
        let image: ProfileImage? = if case .image(let image) = item.content { image } else { nil }
        let (mediaType, byteCount) = item.mediaTypeAndByteCount
        try database.cachedStatement(
            sql: """
                INSERT INTO media (
                    id, user_id, additional_type, name, media_type, byte_count, is_active, created_at,
                    master, side, format, source, rating, digest
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            item.id.rawValue, item.userID.rawValue, item.additionalType.rawValue, item.name, mediaType, byteCount,
            item.isActive, item.createdAt.milliseconds, image?.master.rawValue, image?.variant.side,
            image?.variant.format.rawValue, image?.source.rawValue, image?.rating.rawValue,
            item.digest?.rawValue,
        ])
    }

    /// Makes the items for which `condition` holds pending removals.
    /// - Returns: their identifiers and users.
    @discardableResult
    static func remove(where condition: String, _ arguments: StatementArguments, from database: Database) throws
        -> [(id: String, user: String)]
    {
        let sql = "DELETE FROM media WHERE \(condition) RETURNING id, user_id"
        let removed = try Row.fetchAll(database.cachedStatement(sql: sql), arguments: arguments)
            .map { (id: $0["id"] as String, user: $0["user_id"] as String) }
        for item in removed {
            try database.cachedStatement(sql: "INSERT INTO pending_removal (media_id, user_id) VALUES (?, ?)")
                .execute(arguments: [item.id, item.user])
        }
        return removed
    }

    /// The image in a row that has `imageColumns`.
    static func image(row: Row) throws -> ProfileImage {
        guard let user = UserID(rawValue: row["media_user_id"]), let id = MediaID(rawValue: row["media_id"]),
            let format = ImageFormat(rawValue: row["format"]), let source = ImageSource(rawValue: row["source"]),
            let rating = ImageRating(rawValue: row["rating"]), let master = ObjectKey(master: row["master"], of: id),
            ImageOutput.sideRange ~= (row["side"] as Int), ImageOutput.formats.contains(format)
        else { throw DatabaseError.foreignRow(in: "media") }
        return ProfileImage(
            id: id,
            userID: user,
            master: master,
            variant: .init(side: row["side"], format: format, byteCount: row["byte_count"]),
            source: source,
            rating: rating,
            digest: digest(row: row),
            createdAt: Date(milliseconds: row["media_created_at"])
        )
    }

    private static func digest(row: Row) -> ContentDigest? {
        (row["digest"] as String?).map(ContentDigest.init(rawValue:))
    }

    private static func item(row: Row) throws -> MediaItem {
        guard let user = UserID(rawValue: row["media_user_id"]), let id = MediaID(rawValue: row["media_id"]),
            let type = AdditionalType(rawValue: row["additional_type"])
        else { throw DatabaseError.foreignRow(in: "media") }
        let isImage = row["master"] as String? != nil
        return MediaItem(
            id: id,
            userID: user,
            additionalType: type,
            name: row["name"],
            content: isImage
                ? .image(try image(row: row))
                : .document(mediaType: row["media_type"], byteCount: row["byte_count"], digest: digest(row: row)),
            isActive: row["is_active"],
            createdAt: Date(milliseconds: row["media_created_at"])
        )
    }
}

extension MediaItem {
    fileprivate var mediaTypeAndByteCount: (String, Int) {
        switch content {
        case .image(let image): (image.variant.format.mediaType, image.variant.byteCount)
        case .document(let mediaType, let byteCount, _): (mediaType, byteCount)
        }
    }
}
