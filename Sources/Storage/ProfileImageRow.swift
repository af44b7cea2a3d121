import Foundation
import GRDB
import Imaging
import ProfileImages

/// The `profile_image` table's rows, to and from the domain's value.
enum ProfileImageRow {
    static func fetch(of user: UserID, from database: Database) throws -> ProfileImage? {
        let statement = try database.cachedStatement(sql: "\(selectSQL) WHERE user_id = ?")
        return try Row.fetchOne(statement, arguments: [user.rawValue]).map(image)
    }

    static func fetch(_ id: ImageID, from database: Database) throws -> ProfileImage? {
        let statement = try database.cachedStatement(sql: "\(selectSQL) WHERE image_id = ?")
        return try Row.fetchOne(statement, arguments: [id.rawValue]).map(image)
    }

    static func fetch(after id: ImageID?, limit: Int, from database: Database) throws -> [ProfileImage] {
        let sql = "\(selectSQL) WHERE image_id > ? ORDER BY image_id LIMIT ?"
        return try Row.fetchAll(database, sql: sql, arguments: [id?.rawValue ?? "", limit]).map(image)
    }

    static func save(_ image: ProfileImage, to database: Database) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO profile_image (user_id, image_id, master, side, format, byte_count, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (user_id) DO UPDATE SET
                    image_id = excluded.image_id, master = excluded.master, side = excluded.side,
                    format = excluded.format, byte_count = excluded.byte_count, created_at = excluded.created_at
                """
        )
        try statement.execute(arguments: [
            image.userID.rawValue, image.id.rawValue, image.master.rawValue, image.variant.side,
            image.variant.format.rawValue, image.variant.byteCount, image.createdAt.milliseconds,
        ])
    }

    static func setVariant(_ variant: ProfileImage.Variant, of id: ImageID, in database: Database) throws {
        try database.execute(
            sql: "UPDATE profile_image SET side = ?, format = ?, byte_count = ? WHERE image_id = ?",
            arguments: [variant.side, variant.format.rawValue, variant.byteCount, id.rawValue]
        )
    }

    private static let selectSQL =
        "SELECT user_id, image_id, master, side, format, byte_count, created_at FROM profile_image"

    private static func image(row: Row) throws -> ProfileImage {
        guard let user = UserID(rawValue: row["user_id"]), let id = ImageID(rawValue: row["image_id"]),
            let format = ImageFormat(rawValue: row["format"])
        else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "profile_image holds a row that is not ours") }
        return ProfileImage(
            id: id,
            userID: user,
            master: ObjectKey(rawValue: row["master"]),
            variant: .init(side: row["side"], format: format, byteCount: row["byte_count"]),
            createdAt: Date(milliseconds: row["created_at"])
        )
    }
}
