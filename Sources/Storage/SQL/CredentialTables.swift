import Foundation
import ProfileImages

/// The tables `api_key`, `upload_token` and `upload_secret`.
extension SQLTransaction {
    func apiKey(id: String) throws -> APIKey? {
        try connection.query("SELECT id, name, scopes, digest, created_at FROM api_key WHERE id = ?", [id]).first
            .map(Self.key)
    }

    func apiKeys() throws -> [APIKey] {
        try connection.query("SELECT id, name, scopes, digest, created_at FROM api_key ORDER BY created_at, id", [])
            .map(Self.key)
    }

    func insertAPIKey(_ key: APIKey) throws {
        try connection.execute(
            "INSERT INTO api_key (id, name, scopes, digest, created_at) VALUES (?, ?, ?, ?, ?)",
            [
                key.id, key.name, key.scopes.map(\.rawValue).sorted().joined(separator: " "), key.digest,
                key.createdAt.milliseconds,
            ]
        )
    }

    func deleteAPIKey(id: String) throws -> Bool {
        try connection.execute("DELETE FROM api_key WHERE id = ?", [id]) > 0
    }

    func upload(_ id: String) throws -> UploadUse? {
        guard let row = try connection.query("SELECT used_at FROM upload_token WHERE id = ?", [id]).first else {
            return nil
        }
        return try row["used_at"] as Int64? == nil ? .unused : .used
    }

    func insertUpload(_ upload: PresignedUpload) throws {
        try connection.execute(
            "INSERT INTO upload_token (id, user_id, expires_at) VALUES (?, ?, ?)",
            [upload.id, upload.userID.rawValue, upload.expiresAt.milliseconds]
        )
    }

    func setUsed(upload id: String, for image: MediaID, at time: Date) throws {
        try connection.execute(
            "UPDATE upload_token SET used_at = ?, media_id = ? WHERE id = ?",
            [time.milliseconds, image.rawValue, id]
        )
    }

    func deleteUploads(expiredBefore time: Date) throws {
        try connection.execute("DELETE FROM upload_token WHERE expires_at < ?", [time.milliseconds])
    }

    func instanceSecret() throws -> [UInt8]? {
        try connection.value("SELECT secret FROM upload_secret")
    }

    private static func key(_ row: SQLRow) throws -> APIKey {
        let scopes = try (row["scopes"] as String).split(separator: " ").map { Scope(rawValue: String($0)) }
        return APIKey(
            id: try row["id"],
            name: try row["name"],
            scopes: Set(scopes),
            digest: try row["digest"],
            createdAt: Date(milliseconds: try row["created_at"])
        )
    }
}
