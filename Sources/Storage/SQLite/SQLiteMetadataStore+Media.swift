package import Foundation
import GRDB
import Imaging
package import ProfileImages

extension SQLiteMetadataStore {
    package func image(of user: UserID) throws -> ProfileImage? {
        try read { try MediaRow.currentImage(of: user, from: $0) }
    }

    package func image(_ id: MediaID) throws -> ProfileImage? {
        try read { try MediaRow.image(id, from: $0) }
    }

    package func master(of id: MediaID) throws -> ObjectKey? {
        try read { database in
            let sql = """
                SELECT master FROM media WHERE id = ?1 AND master IS NOT NULL
                UNION ALL SELECT master FROM staged_image WHERE id = ?1 AND master IS NOT NULL
                """
            return try String.fetchOne(database.cachedStatement(sql: sql), arguments: [id.rawValue])
                .map(ObjectKey.init(rawValue:))
        }
    }

    package func images(after id: MediaID?, limit: Int) throws -> [ProfileImage] {
        try read { try MediaRow.images(after: id, limit: limit, from: $0) }
    }

    package func imageCount() throws -> Int {
        try read { try Int.fetchOne($0, sql: "SELECT count(*) FROM media WHERE master IS NOT NULL") ?? 0 }
    }

    package func setVariant(_ variant: ProfileImage.Variant, of id: MediaID) throws {
        try write { database in
            try database.execute(
                sql: "UPDATE media SET side = ?, format = ?, media_type = ?, byte_count = ? WHERE id = ?",
                arguments: [
                    variant.side, variant.format.rawValue, variant.format.mediaType, variant.byteCount, id.rawValue,
                ]
            )
        }
    }

    package func setImage(
        _ image: ProfileImage,
        name: String,
        if precondition: Precondition,
        keeping: KeepReplaced,
        creation: ProfileCreation,
        by actor: Actor
    ) throws -> MediaID? {
        try write { database in
            let (user, time) = (image.userID, image.createdAt)
            let current = try MediaRow.currentImage(of: user, from: database)?.id
            try precondition.check(against: current)
            try use(user, creation: creation, by: actor, at: time, in: database)
            try retireImage(of: user, at: time, in: database)
            try ProfileRow.clearPicture(of: user, in: database)
            try addCurrent(image, name: name, to: database)
            try removeReplaced(of: user, keeping: keeping, at: time, from: database)
            try checkQuota(of: user, in: database)
            try record(
                current == nil ? .imageSet : .imageReplaced,
                of: user,
                subject: image.id.rawValue,
                by: actor,
                at: time,
                in: database
            )
            return current
        }
    }

    package func chooseImage(
        _ id: MediaID,
        of user: UserID,
        if precondition: Precondition,
        by actor: Actor,
        at time: Date
    ) throws -> (image: ProfileImage, replaced: MediaID?)? {
        try write { database in
            guard let image = try MediaRow.image(id, from: database), image.userID == user else { return nil }
            let current = try MediaRow.currentImage(of: user, from: database)?.id
            try precondition.check(against: current)
            let hadPicture = try ProfileRow.clearPicture(of: user, in: database)
            guard current != id || hadPicture else { return (image, current) }
            _ = try ProfileRow.touch(user, at: time, in: database)
            try retireImage(of: user, at: time, in: database)
            try database.execute(
                sql: "UPDATE media SET is_active = 1, replaced_at = NULL WHERE id = ?",
                arguments: [id.rawValue]
            )
            try record(
                current == nil ? .imageSet : .imageReplaced,
                of: user,
                subject: id.rawValue,
                by: actor,
                at: time,
                in: database
            )
            return (image, current)
        }
    }

    package func removeImage(of user: UserID, if precondition: Precondition, by actor: Actor, at time: Date) throws {
        try write { database in
            let current = try MediaRow.currentImage(of: user, from: database)?.id
            try precondition.check(against: current)
            try skipImports(of: user, at: time, in: database)
            let hadPicture = try ProfileRow.clearPicture(of: user, in: database)
            if let current {
                try remove(current, of: user, isCurrent: true, by: actor, at: time, from: database)
            } else if hadPicture {
                try recordRemoval(nil, of: user, by: actor, at: time, in: database)
            }
        }
    }

    package func retireImage(of user: UserID, keeping: KeepReplaced, by actor: Actor, at time: Date) throws {
        try write { database in
            let current = try MediaRow.currentImage(of: user, from: database)?.id
            try skipImports(of: user, at: time, in: database)
            let hadPicture = try ProfileRow.clearPicture(of: user, in: database)
            guard current != nil || hadPicture else { return }
            try retireImage(of: user, at: time, in: database)
            try removeReplaced(of: user, keeping: keeping, at: time, from: database)
            try recordRemoval(current, of: user, by: actor, at: time, in: database)
        }
    }

    package func media(of user: UserID, after id: MediaID?, limit: Int) throws -> [MediaItem] {
        try read { try MediaRow.items(of: user, after: id, limit: limit, from: $0) }
    }

    package func mediaItem(_ id: MediaID, of user: UserID) throws -> MediaItem? {
        try read { try MediaRow.item(id, of: user, from: $0) }
    }

    package func addDocument(_ item: MediaItem, limit: Int, creation: ProfileCreation, by actor: Actor) throws {
        try write { database in
            let sql = "SELECT count(*) FROM media WHERE user_id = ? AND master IS NULL"
            let count = try Int.fetchOne(database, sql: sql, arguments: [item.userID.rawValue]) ?? 0
            guard count < limit else { throw MediaError.tooManyDocuments(limit: limit) }
            try use(item.userID, creation: creation, by: actor, at: item.createdAt, in: database)
            try MediaRow.add(item, to: database)
            try checkQuota(of: item.userID, in: database)
            try AuditRow.add(
                .mediaAdded,
                of: item.userID.rawValue,
                subject: item.id.rawValue,
                by: actor,
                at: item.createdAt,
                to: database
            )
        }
    }

    package func removeMedia(_ id: MediaID, of user: UserID, by actor: Actor, at time: Date) throws -> Bool {
        try write { database in
            guard let item = try MediaRow.item(id, of: user, from: database) else { return false }
            if item.isActive { try skipImports(of: user, at: time, in: database) }
            try remove(id, of: user, isCurrent: item.isActive, by: actor, at: time, from: database)
            return true
        }
    }

    package func expireImages(replacedBefore time: Date, limit: Int, by actor: Actor) throws -> Int {
        try write { database in
            let condition = "id IN (SELECT id FROM media WHERE replaced_at < ? ORDER BY replaced_at LIMIT ?)"
            let expired = try MediaRow.remove(where: condition, [time.milliseconds, limit], from: database)
            for item in expired {
                try AuditRow.add(.mediaExpired, of: item.user, subject: item.id, by: actor, at: .now, to: database)
            }
            return expired.count
        }
    }

    package func pendingRemovals(of user: UserID?) throws -> [MediaID] {
        try read { database in
            let sql = "SELECT media_id FROM pending_removal WHERE ?1 IS NULL OR user_id = ?1"
            return try String.fetchAll(database.cachedStatement(sql: sql), arguments: [user?.rawValue])
                .compactMap(MediaID.init(rawValue:))
        }
    }

    package func finishRemoval(of item: MediaID) throws {
        try write { database in
            try database.cachedStatement(sql: "DELETE FROM pending_removal WHERE media_id = ?")
                .execute(arguments: [item.rawValue])
        }
    }

    /// Gives a user who has no image yet their first.
    func addFirstImage(_ image: ProfileImage, name: String, by actor: Actor, to database: Database) throws {
        try addCurrent(image, name: name, to: database)
        try record(
            .imageSet,
            of: image.userID,
            subject: image.id.rawValue,
            by: actor,
            at: image.createdAt,
            in: database
        )
    }

    /// To be called when something was added, so that the transaction is undone when it is too much.
    func checkQuota(of user: UserID, in database: Database) throws {
        guard quota != UserQuota() else { return }
        // What a user has uploaded and not put to use is theirs, too.
        let sql = """
            SELECT count(*) AS items, total(byte_count) AS bytes FROM (
                SELECT byte_count FROM media WHERE user_id = ?1
                UNION ALL SELECT byte_count FROM staged_image WHERE uploader = ?1 AND master IS NOT NULL
            )
            """
        let row = try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [user.rawValue])
        guard let row else { return }
        try quota.check(items: row["items"], bytes: Int(row["bytes"] as Double))
    }

    private func addCurrent(_ image: ProfileImage, name: String, to database: Database) throws {
        let item = MediaItem(
            id: image.id,
            userID: image.userID,
            additionalType: .profileImage,
            name: name,
            content: .image(image),
            isActive: true,
            createdAt: image.createdAt
        )
        try MediaRow.add(item, to: database)
    }

    /// Makes the user known where that may be, and marks that something of theirs has changed.
    private func use(
        _ user: UserID,
        creation: ProfileCreation,
        by actor: Actor,
        at time: Date,
        in database: Database
    ) throws {
        guard try creation == .onFirstUse || ProfileRow.exists(user, in: database) else {
            throw ProfileError.unknownUser
        }
        guard try ProfileRow.touch(user, at: time, in: database) else { return }
        try record(.profileCreated, of: user, subject: nil, by: actor, at: time, in: database)
    }

    private func retireImage(of user: UserID, at time: Date, in database: Database) throws {
        let sql = "UPDATE media SET is_active = 0, replaced_at = ? WHERE user_id = ? AND is_active"
        try database.cachedStatement(sql: sql).execute(arguments: [time.milliseconds, user.rawValue])
    }

    private func removeReplaced(of user: UserID, keeping: KeepReplaced, at time: Date, from database: Database) throws {
        switch keeping {
        case .all: break
        case .newest(let count):
            let surplus = """
                id IN (
                    SELECT id FROM media WHERE user_id = ? AND replaced_at IS NOT NULL
                    ORDER BY replaced_at DESC, id LIMIT -1 OFFSET ?
                )
                """
            try MediaRow.remove(where: surplus, [user.rawValue, count], from: database)
        case .days(let days):
            let limit = time.addingTimeInterval(-Double(days) * 86400)
            let old = "user_id = ? AND replaced_at <= ?"
            try MediaRow.remove(where: old, [user.rawValue, limit.milliseconds], from: database)
        }
    }

    private func remove(
        _ id: MediaID,
        of user: UserID,
        isCurrent: Bool,
        by actor: Actor,
        at time: Date,
        from database: Database
    ) throws {
        try MediaRow.remove(where: "id = ?", [id.rawValue], from: database)
        if isCurrent {
            try recordRemoval(id, of: user, by: actor, at: time, in: database)
        } else {
            try AuditRow.add(.mediaDeleted, of: user.rawValue, subject: id.rawValue, by: actor, at: time, to: database)
        }
    }

    /// - Parameter image: nil when the picture was elsewhere.
    private func recordRemoval(
        _ image: MediaID?,
        of user: UserID,
        by actor: Actor,
        at time: Date,
        in database: Database
    ) throws {
        _ = try ProfileRow.touch(user, at: time, in: database)
        try record(.imageRemoved, of: user, subject: image?.rawValue, by: actor, at: time, in: database)
    }
}
