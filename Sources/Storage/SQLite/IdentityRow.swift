import Foundation
import GRDB
import ProfileImages

/// The `identity` table's rows, to and from the domain's value.
enum IdentityRow {
    static func fetch(of user: UserID, by connection: ConnectionName, from database: Database) throws -> (
        identity: Identity, takenPicture: RemoteURL?
    )? {
        let row = try Row.fetchOne(
            database,
            sql: "SELECT * FROM identity WHERE user_id = ? AND connection = ?",
            arguments: [user.rawValue, connection.rawValue]
        )
        return row.map { (identity(of: user, by: connection, row: $0), url($0["taken_picture_url"])) }
    }

    static func fetchAll(of user: UserID, from database: Database) throws -> [Identity] {
        let statement = try database.cachedStatement(
            sql: "SELECT * FROM identity WHERE user_id = ? ORDER BY connection"
        )
        return try Row.fetchAll(statement, arguments: [user.rawValue]).map { row in
            guard let connection = ConnectionName(rawValue: row["connection"]) else {
                throw DatabaseError.foreignRow(in: "identity")
            }
            return identity(of: user, by: connection, row: row)
        }
    }

    static func save(_ identity: Identity, takenPicture: RemoteURL?, to database: Database) throws {
        try database.execute(
            sql: """
                INSERT OR REPLACE INTO identity (
                    user_id, connection, picture_url, taken_picture_url, name, given_name, family_name, nickname, email,
                    updated_at
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                identity.userID.rawValue, identity.connection.rawValue, identity.pictureURL?.rawValue,
                takenPicture?.rawValue, identity.name, identity.givenName, identity.familyName, identity.nickname,
                identity.email?.rawValue, identity.updatedAt.milliseconds,
            ]
        )
    }

    private static func identity(of user: UserID, by connection: ConnectionName, row: Row) -> Identity {
        var identity = Identity(
            userID: user,
            connection: connection,
            updatedAt: Date(milliseconds: row["updated_at"])
        )
        identity.pictureURL = url(row["picture_url"])
        identity.name = row["name"]
        identity.givenName = row["given_name"]
        identity.familyName = row["family_name"]
        identity.nickname = row["nickname"]
        identity.email = (row["email"] as String?).flatMap(EmailAddress.init(rawValue:))
        return identity
    }

    private static func url(_ text: String?) -> RemoteURL? {
        text.flatMap(RemoteURL.init(rawValue:))
    }
}
