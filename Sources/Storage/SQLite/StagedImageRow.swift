import GRDB
import Imaging
import ProfileImages

/// The `staged_image` table's rows, to and from the domain's value.
enum StagedImageRow {
    static func fetch(_ id: MediaID, from database: Database) throws -> StagedImage? {
        let sql = "SELECT * FROM staged_image WHERE id = ? AND master IS NOT NULL"
        return try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [id.rawValue]).map(image)
    }

    static func set(_ image: StagedImage, in database: Database) throws {
        try database.execute(
            sql: """
                UPDATE staged_image
                SET name = ?, master = ?, side = ?, format = ?, byte_count = ?, rating = ?, digest = ?
                WHERE id = ?
                """,
            arguments: [
                image.name, image.master.rawValue, image.variant.side, image.variant.format.rawValue,
                image.variant.byteCount, image.rating.rawValue, image.digest.rawValue, image.id.rawValue,
            ]
        )
    }

    /// Keeps no more of an image than that its name was used.
    static func clear(_ id: MediaID, in database: Database) throws {
        try database.execute(
            sql: "UPDATE staged_image SET uploader = NULL, name = '', master = NULL WHERE id = ?",
            arguments: [id.rawValue]
        )
    }

    /// Removes the rows for which `condition` holds, and makes the images that nobody has taken pending removals.
    /// - Returns: their identifiers and uploaders, and whether there was an image that waited.
    @discardableResult
    static func remove(where condition: String, _ arguments: StatementArguments, from database: Database) throws
        -> [(id: String, uploader: String?, wasWaiting: Bool)]
    {
        let sql =
            "DELETE FROM staged_image WHERE \(condition) RETURNING id, uploader, master"
        let removed = try Row.fetchAll(database, sql: sql, arguments: arguments)
            .map {
                (
                    id: $0["id"] as String, uploader: $0["uploader"] as String?,
                    wasWaiting: $0["master"] as String? != nil
                )
            }
        for image in removed {
            // Also the files of one that was not stored to its end. What is somebody's now has its row in `media`.
            try database.execute(
                sql: """
                    INSERT INTO pending_removal (media_id, user_id) SELECT ?1, ?2
                    WHERE NOT EXISTS (SELECT 1 FROM media WHERE id = ?1) ON CONFLICT DO NOTHING
                    """,
                arguments: [image.id, image.uploader ?? ""]
            )
        }
        return removed
    }

    private static func image(row: Row) throws -> StagedImage {
        guard let id = MediaID(rawValue: row["id"]), let format = ImageFormat(rawValue: row["format"]),
            let rating = ImageRating(rawValue: row["rating"]), let master = ObjectKey(master: row["master"], of: id)
        else { throw DatabaseError.foreignRow(in: "staged_image") }
        return StagedImage(
            id: id,
            uploader: (row["uploader"] as String?).flatMap(UserID.init(rawValue:)),
            name: row["name"],
            master: master,
            variant: .init(side: row["side"], format: format, byteCount: row["byte_count"]),
            rating: rating,
            digest: ContentDigest(rawValue: row["digest"])
        )
    }
}
