import Foundation
import GRDB
import ProfileImages

extension ExportedIdentity {
    static func fetchAll(of user: UserID, from database: Database) throws -> [ExportedIdentity] {
        let sql = "SELECT * FROM identity WHERE user_id = ? ORDER BY connection"
        return try Row.fetchAll(database.cachedStatement(sql: sql), arguments: [user.rawValue]).map(Self.init(row:))
    }

    func add(to user: UserID, in database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO identity (
                    user_id, connection, picture_url, taken_picture_url, name, given_name, family_name, nickname, email,
                    updated_at
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                user.rawValue, connection, pictureUrl, takenPictureUrl, name, givenName, familyName, nickname, email,
                updatedAt.milliseconds,
            ]
        )
    }

    private init(row: Row) {
        self.init(
            connection: row["connection"],
            pictureUrl: row["picture_url"],
            takenPictureUrl: row["taken_picture_url"],
            name: row["name"],
            givenName: row["given_name"],
            familyName: row["family_name"],
            nickname: row["nickname"],
            email: row["email"],
            updatedAt: Date(milliseconds: row["updated_at"])
        )
    }
}
