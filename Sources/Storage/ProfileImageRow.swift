import Foundation
import GRDB
import Imaging
import ProfileImages

/// The `profile_image` table's rows, to and from the domain's value.
enum ProfileImageRow {
    static func fetch(of user: UserID, from database: Database) throws -> ProfileImage? {
        let sql = "SELECT image_id, format, variants, created_at FROM profile_image WHERE user_id = ?"
        return try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [user.rawValue])
            .map { try image(of: user, row: $0) }
    }

    static func save(_ image: ProfileImage, to database: Database) throws {
        let variants = image.variants.map { "\($0.side):\($0.byteCount)" }.joined(separator: " ")
        try database.execute(
            sql: """
                INSERT INTO profile_image (user_id, image_id, format, variants, created_at) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (user_id) DO UPDATE SET
                    image_id = excluded.image_id, format = excluded.format,
                    variants = excluded.variants, created_at = excluded.created_at
                """,
            arguments: [
                image.userID.rawValue, image.id.rawValue, image.format.rawValue, variants, image.createdAt.milliseconds,
            ]
        )
    }

    private static func image(of user: UserID, row: Row) throws -> ProfileImage {
        let variants = (row["variants"] as String).split(separator: " ").compactMap(variant)
        guard let id = ImageID(rawValue: row["image_id"]), let format = ImageFormat(rawValue: row["format"]),
            !variants.isEmpty
        else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "profile_image holds a row that is not ours") }
        return ProfileImage(
            id: id,
            userID: user,
            format: format,
            variants: variants,
            createdAt: Date(milliseconds: row["created_at"])
        )
    }

    private static func variant(_ text: Substring) -> ProfileImage.Variant? {
        let numbers = text.split(separator: ":").compactMap { Int($0) }
        return numbers.count == 2 ? ProfileImage.Variant(side: numbers[0], byteCount: numbers[1]) : nil
    }
}
