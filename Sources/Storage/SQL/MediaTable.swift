import Foundation
import Imaging
import ProfileImages

/// The tables `media` and `pending_removal`.
extension SQLTransaction {
    /// The columns of an image, with names that differ from the columns of all other tables.
    static let imageColumns = """
        media.id AS media_id, media.user_id AS media_user_id, media.master, media.side, media.format, media.byte_count,
        media.source, media.rating, media.digest, media.created_at AS image_created
        """
    private static let itemColumns =
        "\(imageColumns), media.additional_type, media.name, media.media_type, media.is_active"
    // A constant, because nearly every request runs this statement.
    private static let selectCurrentImage = "SELECT \(imageColumns) FROM media WHERE user_id = ? AND is_active"

    func image(of user: UserID) throws -> ProfileImage? {
        try connection.query(Self.selectCurrentImage, [user.rawValue]).first.map(Self.image)
    }

    func image(ofEmail digest: EmailDigest) throws -> ProfileImage? {
        let (column, digits) =
            switch digest {
            case .md5(let digits): ("email_md5", digits)
            case .sha256(let digits): ("email_sha256", digits)
            }
        let sql = """
            SELECT \(Self.imageColumns) FROM profile JOIN media ON media.user_id = profile.user_id AND media.is_active
            WHERE profile.\(column) = ? ORDER BY profile.id LIMIT 1
            """
        return try connection.query(sql, [digits]).first.map(Self.image)
    }

    func image(_ id: MediaID) throws -> ProfileImage? {
        let sql = "SELECT \(Self.imageColumns) FROM media WHERE id = ? AND master IS NOT NULL"
        return try connection.query(sql, [id.rawValue]).first.map(Self.image)
    }

    func images(after id: MediaID?, limit: Int) throws -> [ProfileImage] {
        let sql = "SELECT \(Self.imageColumns) FROM media WHERE id > ? AND master IS NOT NULL ORDER BY id LIMIT ?"
        return try connection.query(sql, [id?.rawValue ?? "", limit]).map(Self.image)
    }

    func imageCount() throws -> Int {
        try connection.count("SELECT count(*) FROM media WHERE master IS NOT NULL")
    }

    func master(of id: MediaID) throws -> ObjectKey? {
        let sql = """
            SELECT master FROM media WHERE id = ?1 AND master IS NOT NULL
            UNION ALL SELECT master FROM staged_image WHERE id = ?1 AND master IS NOT NULL
            """
        return try (connection.value(sql, [id.rawValue]) as String?).map(ObjectKey.init(rawValue:))
    }

    func media(of user: UserID, after id: MediaID?, limit: Int) throws -> [MediaItem] {
        let sql = """
            SELECT \(Self.itemColumns) FROM media
            WHERE user_id = ?1
                AND (?2 IS NULL OR (created_at, id) < (SELECT created_at, id FROM media WHERE id = ?2 AND user_id = ?1))
            ORDER BY created_at DESC, id DESC LIMIT ?3
            """
        return try connection.query(sql, [user.rawValue, id?.rawValue, limit]).map(Self.item)
    }

    func mediaItem(_ id: MediaID, of user: UserID) throws -> MediaItem? {
        let sql = "SELECT \(Self.itemColumns) FROM media WHERE id = ? AND user_id = ?"
        return try connection.query(sql, [id.rawValue, user.rawValue]).first.map(Self.item)
    }

    func allMedia(after id: MediaID?, limit: Int) throws -> [MediaItem] {
        let sql = "SELECT \(Self.itemColumns) FROM media WHERE id > ? ORDER BY id LIMIT ?"
        return try connection.query(sql, [id?.rawValue ?? "", limit]).map(Self.item)
    }

    func mediaCount() throws -> Int {
        try connection.count("SELECT count(*) FROM media")
    }

    func hasMedia(_ id: MediaID) throws -> Bool {
        try connection.exists("SELECT 1 FROM media WHERE id = ?", [id.rawValue])
    }

    func documentCount(of user: UserID) throws -> Int {
        try connection.count("SELECT count(*) FROM media WHERE user_id = ? AND master IS NULL", [user.rawValue])
    }

    func totals(of user: UserID) throws -> (items: Int, bytes: Int) {
        let sql = """
            SELECT count(*) AS items, coalesce(sum(byte_count), 0) AS bytes FROM (
                SELECT byte_count FROM media WHERE user_id = ?1
                UNION ALL SELECT byte_count FROM staged_image WHERE uploader = ?1 AND master IS NOT NULL
            ) AS kept
            """
        guard let row = try connection.query(sql, [user.rawValue]).first else { return (0, 0) }
        return try (row["items"], row["bytes"])
    }

    func insertMedia(_ item: MediaItem) throws {
        let image: ProfileImage? = if case .image(let image) = item.content { image } else { nil }
        let (mediaType, byteCount) = item.mediaTypeAndByteCount
        try connection.execute(
            """
            INSERT INTO media (
                id, user_id, additional_type, name, media_type, byte_count, is_active, created_at,
                master, side, format, source, rating, digest
            ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                item.id.rawValue, item.userID.rawValue, item.additionalType.rawValue, item.name, mediaType, byteCount,
                item.isActive, item.createdAt.milliseconds, image?.master.rawValue, image?.variant.side,
                image?.variant.format.rawValue, image?.source.rawValue, image?.rating.rawValue, item.digest?.rawValue,
            ]
        )
    }

    func setVariant(_ variant: ProfileImage.Variant, of id: MediaID) throws {
        try connection.execute(
            "UPDATE media SET side = ?, format = ?, media_type = ?, byte_count = ? WHERE id = ?",
            [variant.side, variant.format.rawValue, variant.format.mediaType, variant.byteCount, id.rawValue]
        )
    }

    func setReplaced(_ user: UserID, at time: Date) throws {
        let sql = "UPDATE media SET is_active = FALSE, replaced_at = ? WHERE user_id = ? AND is_active"
        try connection.execute(sql, [time.milliseconds, user.rawValue])
    }

    func setCurrent(_ id: MediaID) throws {
        try connection.execute("UPDATE media SET is_active = TRUE, replaced_at = NULL WHERE id = ?", [id.rawValue])
    }

    func deleteMedia(_ selection: MediaSelection) throws -> [DeletedMedia] {
        let (condition, arguments): (String, [(any SQLConvertible)?]) =
            switch selection {
            case .item(let id): ("id = ?", [id.rawValue])
            case .all(let user): ("user_id = ?", [user.rawValue])
            case .replaced(let user, let count):
                (
                    """
                    id IN (
                        SELECT id FROM media WHERE user_id = ? AND replaced_at IS NOT NULL
                        ORDER BY replaced_at DESC, id LIMIT \(Int32.max) OFFSET ?
                    )
                    """, [user.rawValue, count]
                )
            case .replacedUntil(let time, let user):
                ("user_id = ? AND replaced_at <= ?", [user.rawValue, time.milliseconds])
            case .replacedBefore(let time, let limit):
                (
                    "id IN (SELECT id FROM media WHERE replaced_at < ? ORDER BY replaced_at LIMIT ?)",
                    [time.milliseconds, limit]
                )
            }
        let sql = "DELETE FROM media WHERE \(condition) RETURNING id, user_id, additional_type"
        return try connection.query(sql, arguments).map { row in
            guard let id = MediaID(rawValue: try row["id"]), let user = UserID(rawValue: try row["user_id"]) else {
                throw StoreError.foreignRow(in: "media")
            }
            return DeletedMedia(id: id, userID: user, additionalType: try row["additional_type"])
        }
    }

    func tombstones(of user: UserID?) throws -> [MediaID] {
        let rows =
            if let user {
                try connection.query("SELECT media_id FROM pending_removal WHERE user_id = ?", [user.rawValue])
            } else {
                try connection.query("SELECT media_id FROM pending_removal", [])
            }
        return try rows.compactMap { MediaID(rawValue: try $0["media_id"]) }
    }

    func hasTombstone(_ item: MediaID) throws -> Bool {
        try connection.exists("SELECT 1 FROM pending_removal WHERE media_id = ?", [item.rawValue])
    }

    func insertTombstone(of item: MediaID, user: UserID?) throws {
        let sql = "INSERT INTO pending_removal (media_id, user_id) VALUES (?, ?) ON CONFLICT DO NOTHING"
        try connection.execute(sql, [item.rawValue, user?.rawValue ?? ""])
    }

    func deleteTombstone(of item: MediaID) throws {
        try connection.execute("DELETE FROM pending_removal WHERE media_id = ?", [item.rawValue])
    }

    func referenced(_ ids: Set<MediaID>) throws -> Set<MediaID> {
        let sql = """
            SELECT 1 FROM media WHERE id = ?1 UNION ALL SELECT 1 FROM staged_image WHERE id = ?1
            UNION ALL SELECT 1 FROM pending_removal WHERE media_id = ?1 LIMIT 1
            """
        return try ids.filter { try connection.exists(sql, [$0.rawValue]) }
    }

    /// Parses a row that has `imageColumns`.
    static func image(_ row: SQLRow) throws -> ProfileImage {
        let side: Int = try row["side"]
        guard let user = UserID(rawValue: try row["media_user_id"]), let id = MediaID(rawValue: try row["media_id"]),
            let format = ImageFormat(rawValue: try row["format"]),
            let source = ImageSource(rawValue: try row["source"]),
            let rating = ImageRating(rawValue: try row["rating"]),
            let master = ObjectKey(master: try row["master"], of: id), ImageOutput.sideRange ~= side,
            ImageOutput.formats.contains(format)
        else { throw StoreError.foreignRow(in: "media") }
        return ProfileImage(
            id: id,
            userID: user,
            master: master,
            variant: .init(side: side, format: format, byteCount: try row["byte_count"]),
            source: source,
            rating: rating,
            digest: try digest(row),
            createdAt: Date(milliseconds: try row["image_created"])
        )
    }

    private static func digest(_ row: SQLRow) throws -> ContentDigest? {
        try (row["digest"] as String?).map(ContentDigest.init(rawValue:))
    }

    private static func item(_ row: SQLRow) throws -> MediaItem {
        guard let user = UserID(rawValue: try row["media_user_id"]), let id = MediaID(rawValue: try row["media_id"]),
            let type = AdditionalType(rawValue: try row["additional_type"])
        else { throw StoreError.foreignRow(in: "media") }
        let isImage = try row["master"] as String? != nil
        return MediaItem(
            id: id,
            userID: user,
            additionalType: type,
            name: try row["name"],
            content: isImage
                ? .image(try image(row))
                : .document(
                    mediaType: try row["media_type"],
                    byteCount: try row["byte_count"],
                    digest: try digest(row)
                ),
            isActive: try row["is_active"],
            createdAt: Date(milliseconds: try row["image_created"])
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
