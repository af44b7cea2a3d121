package import Foundation
import GRDB
package import ProfileImages

extension SQLiteMetadataStore {
    package func isImageKnown(_ id: MediaID) throws -> Bool {
        try read { try Self.isKnown(id, in: $0) }
    }

    package func reserveImage(_ id: MediaID, by uploader: UserID?, at time: Date) throws {
        try write { database in
            guard try !Self.isKnown(id, in: database) else { throw StagingError.duplicate }
            if let uploader {
                guard try ProfileRow.exists(uploader, in: database) else { throw StagingError.unknownUploader }
            }
            try database.execute(
                sql: "INSERT INTO staged_image (id, uploader, created_at) VALUES (?, ?, ?)",
                arguments: [id.rawValue, uploader?.rawValue, time.milliseconds]
            )
        }
    }

    package func stageImage(_ image: StagedImage, by actor: Actor, at time: Date) throws {
        try write { database in
            try StagedImageRow.set(image, in: database)
            // Its uploader was erased while the files were written.
            guard database.changesCount > 0 else { throw StagingError.unknownUploader }
            if let uploader = image.uploader { try checkQuota(of: uploader, in: database) }
            try AuditRow.add(
                .mediaAdded,
                of: image.uploader?.rawValue,
                subject: image.id.rawValue,
                by: actor,
                at: time,
                to: database
            )
        }
    }

    package func cancelStaging(of id: MediaID) throws {
        try write { database in
            let sql = "DELETE FROM staged_image WHERE id = ? AND master IS NULL"
            try database.execute(sql: sql, arguments: [id.rawValue])
        }
    }

    package func takeStagedImage(_ id: MediaID) throws -> StagedImage? {
        try write { database in
            guard let image = try StagedImageRow.fetch(id, from: database) else { return nil }
            try StagedImageRow.clear(id, in: database)
            return image
        }
    }

    package func expireStagedImages(before time: Date, limit: Int, by actor: Actor) throws -> Int {
        try write { database in
            let condition = "id IN (SELECT id FROM staged_image WHERE created_at < ? ORDER BY created_at LIMIT ?)"
            let expired = try StagedImageRow.remove(where: condition, [time.milliseconds, limit], from: database)
            for image in expired where image.wasWaiting {
                try AuditRow.add(
                    .mediaExpired,
                    of: image.uploader,
                    subject: image.id,
                    by: actor,
                    at: .now,
                    to: database
                )
            }
            return expired.count
        }
    }

    private static func isKnown(_ id: MediaID, in database: Database) throws -> Bool {
        let sql = """
            SELECT EXISTS (SELECT 1 FROM media WHERE id = ?1) OR EXISTS (SELECT 1 FROM staged_image WHERE id = ?1)
                OR EXISTS (SELECT 1 FROM pending_removal WHERE media_id = ?1)
            """
        return try Bool.fetchOne(database.cachedStatement(sql: sql), arguments: [id.rawValue]) ?? false
    }
}
