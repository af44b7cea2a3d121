import Foundation
import Imaging
import ProfileImages

/// The table `staged_image`: reserved IDs, and the images that are stored under them.
extension SQLTransaction {
    func stagedImage(_ id: MediaID) throws -> StagedImage? {
        try connection.query("SELECT * FROM staged_image WHERE id = ? AND master IS NOT NULL", [id.rawValue]).first
            .map(Self.stagedImage)
    }

    func insertReservation(of id: MediaID, by uploader: UserID?, at time: Date) throws {
        try connection.execute(
            "INSERT INTO staged_image (id, uploader, created_at) VALUES (?, ?, ?)",
            [id.rawValue, uploader?.rawValue, time.milliseconds]
        )
    }

    func setStagedImage(_ image: StagedImage) throws -> Bool {
        try connection.execute(
            """
            UPDATE staged_image
            SET name = ?, master = ?, side = ?, format = ?, byte_count = ?, rating = ?, digest = ?
            WHERE id = ?
            """,
            [
                image.name, image.master.rawValue, image.variant.side, image.variant.format.rawValue,
                image.variant.byteCount, image.rating.rawValue, image.digest.rawValue, image.id.rawValue,
            ]
        ) > 0
    }

    func clearStagedImage(_ id: MediaID) throws {
        try connection.execute(
            "UPDATE staged_image SET uploader = NULL, name = '', master = NULL WHERE id = ?",
            [id.rawValue]
        )
    }

    func deleteReservation(of id: MediaID) throws {
        try connection.execute("DELETE FROM staged_image WHERE id = ? AND master IS NULL", [id.rawValue])
    }

    func deleteStagedImages(_ selection: StagedImageSelection) throws -> [DeletedStagedImage] {
        let (condition, arguments): (String, [(any SQLConvertible)?]) =
            switch selection {
            case .all: ("TRUE", [])
            case .uploader(let user): ("uploader = ?", [user.rawValue])
            case .reservedBefore(let time, let limit):
                (
                    "id IN (SELECT id FROM staged_image WHERE created_at < ? ORDER BY created_at LIMIT ?)",
                    [time.milliseconds, limit]
                )
            }
        let sql = "DELETE FROM staged_image WHERE \(condition) RETURNING id, uploader, master"
        return try connection.query(sql, arguments).map { row in
            guard let id = MediaID(rawValue: try row["id"]) else { throw StoreError.foreignRow(in: "staged_image") }
            return DeletedStagedImage(
                id: id,
                uploader: try (row["uploader"] as String?).flatMap(UserID.init(rawValue:)),
                wasWaiting: try row["master"] as String? != nil
            )
        }
    }

    private static func stagedImage(_ row: SQLRow) throws -> StagedImage {
        guard let id = MediaID(rawValue: try row["id"]), let format = ImageFormat(rawValue: try row["format"]),
            let rating = ImageRating(rawValue: try row["rating"]),
            let master = ObjectKey(master: try row["master"], of: id)
        else { throw StoreError.foreignRow(in: "staged_image") }
        return StagedImage(
            id: id,
            uploader: try (row["uploader"] as String?).flatMap(UserID.init(rawValue:)),
            name: try row["name"],
            master: master,
            variant: .init(side: try row["side"], format: format, byteCount: try row["byte_count"]),
            rating: rating,
            digest: ContentDigest(rawValue: try row["digest"])
        )
    }
}
