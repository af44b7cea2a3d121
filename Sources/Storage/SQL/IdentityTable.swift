import Foundation
import ProfileImages

/// The tables `identity` and `connection`.
extension SQLTransaction {
    func identity(of user: UserID, by name: ConnectionName) throws -> (identity: Identity, takenPicture: RemoteURL?)? {
        let sql = "SELECT * FROM identity WHERE user_id = ? AND connection = ?"
        return try connection.query(sql, [user.rawValue, name.rawValue]).first.map {
            (try Self.identity(of: user, $0), try Self.url($0["taken_picture_url"]))
        }
    }

    func identities(of user: UserID) throws -> [Identity] {
        try connection.query("SELECT * FROM identity WHERE user_id = ? ORDER BY connection", [user.rawValue])
            .map { try Self.identity(of: user, $0) }
    }

    func saveIdentity(_ identity: Identity, takenPicture: RemoteURL?) throws {
        try saveIdentity(
            ExportedIdentity(
                connection: identity.connection.rawValue,
                pictureUrl: identity.pictureURL?.rawValue,
                takenPictureUrl: takenPicture?.rawValue,
                name: identity.name,
                givenName: identity.givenName,
                familyName: identity.familyName,
                nickname: identity.nickname,
                email: identity.email?.rawValue,
                updatedAt: identity.updatedAt
            ),
            of: identity.userID
        )
    }

    func saveIdentity(_ identity: ExportedIdentity, of user: UserID) throws {
        try connection.execute(
            """
            INSERT INTO identity (
                user_id, connection, picture_url, taken_picture_url, name, given_name, family_name, nickname, email,
                updated_at
            ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (user_id, connection) DO UPDATE SET
                picture_url = excluded.picture_url, taken_picture_url = excluded.taken_picture_url,
                name = excluded.name, given_name = excluded.given_name, family_name = excluded.family_name,
                nickname = excluded.nickname, email = excluded.email, updated_at = excluded.updated_at
            """,
            [
                user.rawValue, identity.connection, identity.pictureUrl, identity.takenPictureUrl, identity.name,
                identity.givenName, identity.familyName, identity.nickname, identity.email,
                identity.updatedAt.milliseconds,
            ]
        )
    }

    func deleteIdentity(of user: UserID, by name: ConnectionName) throws -> Bool {
        let sql = "DELETE FROM identity WHERE user_id = ? AND connection = ?"
        return try connection.execute(sql, [user.rawValue, name.rawValue]) > 0
    }

    func identitySync(of name: ConnectionName) throws -> IdentitySync? {
        let sql = "SELECT sync FROM connection WHERE name = ?"
        guard let text = try connection.value(sql, [name.rawValue]) as String? else { return nil }
        guard let sync = IdentitySync(rawValue: text) else { throw StoreError.foreignRow(in: "connection") }
        return sync
    }

    func setIdentitySync(_ sync: IdentitySync, of name: ConnectionName) throws {
        try connection.execute(
            "INSERT INTO connection (name, sync) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET sync = excluded.sync",
            [name.rawValue, sync.rawValue]
        )
    }

    /// The user's identities, in the form of an export.
    func exportedIdentities(of user: UserID) throws -> [ExportedIdentity] {
        try connection.query("SELECT * FROM identity WHERE user_id = ? ORDER BY connection", [user.rawValue]).map {
            ExportedIdentity(
                connection: try $0["connection"],
                pictureUrl: try $0["picture_url"],
                takenPictureUrl: try $0["taken_picture_url"],
                name: try $0["name"],
                givenName: try $0["given_name"],
                familyName: try $0["family_name"],
                nickname: try $0["nickname"],
                email: try $0["email"],
                updatedAt: Date(milliseconds: try $0["updated_at"])
            )
        }
    }

    private static func identity(of user: UserID, _ row: SQLRow) throws -> Identity {
        guard let connection = ConnectionName(rawValue: try row["connection"]) else {
            throw StoreError.foreignRow(in: "identity")
        }
        var identity = Identity(
            userID: user,
            connection: connection,
            updatedAt: Date(milliseconds: try row["updated_at"])
        )
        identity.pictureURL = try url(row["picture_url"])
        identity.name = try row["name"]
        identity.givenName = try row["given_name"]
        identity.familyName = try row["family_name"]
        identity.nickname = try row["nickname"]
        identity.email = try (row["email"] as String?).flatMap(EmailAddress.init(rawValue:))
        return identity
    }

    private static func url(_ text: String?) -> RemoteURL? {
        text.flatMap(RemoteURL.init(rawValue:))
    }
}
