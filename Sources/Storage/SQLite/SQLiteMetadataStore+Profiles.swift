package import Foundation
import GRDB
package import ProfileImages

extension SQLiteMetadataStore {
    /// The rows about one user beside profile and media, by the names that an erasure's receipt gives them. That a user was
    /// erased before stays told.
    private static let personalRows = [
        "events": "event WHERE user_id = ? AND profile IS NOT NULL",
        "identities": "identity WHERE user_id = ?",
        "imports": "import WHERE user_id = ?",
        "uploads": "upload_token WHERE user_id = ?",
        "importedFiles": "imported_file WHERE user_id = ?",
        "bulkJobs": """
        bulk_job WHERE EXISTS (
            SELECT 1 FROM json_each(content, '$.refusals') WHERE json_extract(value, '$.user') = ?
        )
        """,
    ]

    package func profile(of user: UserID) throws -> Profile? {
        try read { try ProfileRow.fetch(of: user, from: $0) }
    }

    package func profiles(_ query: ProfileQuery) throws -> ProfilePage {
        // One more than asked for tells whether there is a next page.
        let rows = try read { try ProfileRow.fetch(query, limit: query.limit + 1, from: $0) }
        let page = rows.prefix(query.limit)
        return ProfilePage(profiles: page.map(\.profile), next: rows.count > page.count ? page.last?.number : nil)
    }

    package func profileCount() throws -> Int {
        try read { try Int.fetchOne($0, sql: "SELECT count(*) FROM profile") ?? 0 }
    }

    package func updateProfile(
        of user: UserID,
        creation: ProfileCreation,
        ifRevision revision: Int64?,
        image: (image: ProfileImage, name: String)?,
        by actor: Actor,
        at time: Date,
        _ change: (inout ProfileAttributes) throws -> Void
    ) throws -> (profile: Profile, isNew: Bool) {
        try write { database in
            let current = try ProfileRow.fetch(of: user, from: database)
            guard current != nil || creation == .onFirstUse else { throw ProfileError.unknownUser }
            if let revision, revision != current?.revision { throw ProfileError.otherRevision(current?.revision) }
            var attributes = current?.attributes ?? ProfileAttributes()
            try change(&attributes)
            if let current, current.attributes == attributes { return (current, false) }
            let isNew = try ProfileRow.touch(user, at: time, in: database)
            try ProfileRow.set(attributes, of: user, in: database)
            if attributes.picture != nil, attributes.picture != current?.attributes.picture {
                try removePendingImport(of: user, in: database)
            }
            try record(
                isNew ? .profileCreated : .profileUpdated,
                of: user,
                subject: nil,
                by: actor,
                at: time,
                in: database
            )
            if isNew, let image { try addFirstImage(image.image, name: image.name, by: actor, to: database) }
            guard let profile = try ProfileRow.fetch(of: user, from: database) else {
                throw DatabaseError(message: "a profile is not there that was just written")
            }
            return (profile, isNew)
        }
    }

    package func profileCount(_ query: ProfileQuery) throws -> Int {
        try read { try ProfileRow.count(query, in: $0) }
    }

    package func eraseUser(_ user: UserID, by actor: Actor, at time: Date) throws -> Erasure {
        try write { database in
            let media = try Row.fetchAll(
                database,
                sql: "SELECT id, additional_type FROM media WHERE user_id = ? ORDER BY id",
                arguments: [user.rawValue]
            ).map { Erasure.Item(id: $0["id"], additionalType: $0["additional_type"]) }
            try MediaRow.remove(where: "user_id = ?", [user.rawValue], from: database)
            var records = try Self.personalRows.mapValues { rows in
                try database.execute(sql: "DELETE FROM \(rows)", arguments: [user.rawValue])
                return database.changesCount
            }
            records["stagedImages"] = try StagedImageRow.remove(where: "uploader = ?", [user.rawValue], from: database)
                .count
            try database.execute(sql: "DELETE FROM profile WHERE user_id = ?", arguments: [user.rawValue])
            let erasure = Erasure(
                userId: user.rawValue,
                erasedAt: Date(milliseconds: time.milliseconds),
                profile: database.changesCount > 0,
                media: media,
                records: records
            )
            if !erasure.isEmpty {
                try DeliveryRow.hasten(user, at: time, in: database)
                try record(.profileErased, of: user, subject: erasure.digest(), by: actor, at: time, in: database)
            }
            return erasure
        }
    }
}
