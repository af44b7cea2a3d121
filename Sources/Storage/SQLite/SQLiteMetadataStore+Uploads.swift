package import Foundation
import GRDB
package import ProfileImages

extension SQLiteMetadataStore {
    /// How long an upload is known after it expired: one that came just in time is still being worked on.
    private static let afterlife: TimeInterval = 600

    package func addUpload(_ upload: PresignedUpload, creation: ProfileCreation, by actor: Actor, at time: Date) throws
    {
        try write { database in
            guard try creation == .onFirstUse || ProfileRow.exists(upload.userID, in: database) else {
                throw ProfileError.unknownUser
            }
            try database.execute(
                sql: "DELETE FROM upload_token WHERE expires_at < ?",
                arguments: [time.addingTimeInterval(-Self.afterlife).milliseconds]
            )
            try database.execute(
                sql: "INSERT INTO upload_token (id, user_id, expires_at) VALUES (?, ?, ?)",
                arguments: [upload.id, upload.userID.rawValue, upload.expiresAt.milliseconds]
            )
            try AuditRow.add(
                .uploadAllowed,
                of: upload.userID.rawValue,
                subject: upload.id,
                by: actor,
                at: time,
                to: database
            )
        }
    }

    package func checkUpload(_ id: String) throws {
        try read { try Self.check(id, in: $0) }
    }

    package func useUpload(_ id: String, for image: MediaID, at time: Date) throws {
        try write { database in
            try Self.check(id, in: database)
            try database.execute(
                sql: "UPDATE upload_token SET used_at = ?, media_id = ? WHERE id = ?",
                arguments: [time.milliseconds, image.rawValue, id]
            )
        }
    }

    package func instanceSecret() throws -> [UInt8] {
        if let secret = try read(Self.secret) { return secret }
        let random = Data((0..<32).map { _ in UInt8.random(in: .min ... .max) })
        return try write { database in
            try database.execute(
                sql: "INSERT INTO upload_secret (id, secret) VALUES (1, ?) ON CONFLICT DO NOTHING",
                arguments: [random]
            )
            // Somebody else's, if they were faster.
            return try Self.secret(from: database) ?? Array(random)
        }
    }

    private static func check(_ id: String, in database: Database) throws {
        let statement = try database.cachedStatement(sql: "SELECT used_at FROM upload_token WHERE id = ?")
        guard let row = try Row.fetchOne(statement, arguments: [id]) else { throw UploadError.withdrawn }
        guard row["used_at"] as Int64? == nil else { throw UploadError.used }
    }

    private static func secret(from database: Database) throws -> [UInt8]? {
        try Data.fetchOne(database.cachedStatement(sql: "SELECT secret FROM upload_secret")).map(Array.init)
    }
}
