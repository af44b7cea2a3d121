import GRDB

/// The migrations that create the schema of the database. Never edit a released migration: append a new one.
enum Migrations {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("profile images", migrate: createProfileImages)
        migrator.registerMigration("API keys", migrate: createAPIKeys)
        migrator.registerMigration("masters", migrate: addMasters)
        migrator.registerMigration("profiles and media", migrate: createProfilesAndMedia)
        migrator.registerMigration("events and audit", migrate: createEventsAndAudit)
        migrator.registerMigration("webhooks", migrate: createWebhooks)
        migrator.registerMigration("imports and identities", migrate: createImportsAndIdentities)
        migrator.registerMigration("uploads", migrate: createUploads)
        migrator.registerMigration("audit without user", migrate: allowAuditWithoutUser)
        migrator.registerMigration("imported files", migrate: createImportedFiles)
        migrator.registerMigration("digests", migrate: addDigests)
        migrator.registerMigration("attributes", migrate: addAttributes)
        migrator.registerMigration("staged images", migrate: createStagedImages)
        migrator.registerMigration("bulk jobs", migrate: createBulkJobs)
        migrator.registerMigration("one search trigger", migrate: updateProfileSearchAtOnce)
        migrator.registerMigration("import overruns", migrate: countOverruns)
        migrator.registerMigration("installation secret", migrate: makeSecret)
        return migrator
    }

    private static func createProfileImages(in database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE profile_image (
                    user_id TEXT NOT NULL PRIMARY KEY,
                    image_id TEXT NOT NULL UNIQUE,
                    format TEXT NOT NULL,
                    variants TEXT NOT NULL,       -- side:bytes, separated by a space
                    created_at INTEGER NOT NULL   -- milliseconds since 1970
                ) STRICT, WITHOUT ROWID;
                CREATE TABLE pending_removal (    -- images that have no user any more, until their files are gone
                    image_id TEXT NOT NULL PRIMARY KEY,
                    user_id TEXT NOT NULL
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX pending_removal_user_id ON pending_removal (user_id);
                """
        )
    }

    private static func createAPIKeys(in database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE api_key (
                    id TEXT NOT NULL PRIMARY KEY,
                    name TEXT NOT NULL,
                    scopes TEXT NOT NULL,         -- separated by a space
                    digest BLOB NOT NULL,         -- SHA-256 of the key
                    created_at INTEGER NOT NULL   -- milliseconds since 1970
                ) STRICT, WITHOUT ROWID;
                """
        )
    }

    /// Adds the master. Before this step every variant was stored at once, in one format, and the largest was the
    /// default.
    private static func addMasters(in database: Database) throws {
        try database.execute(
            sql: """
                ALTER TABLE profile_image RENAME TO profile_image_before_masters;
                CREATE TABLE profile_image (
                    user_id TEXT NOT NULL PRIMARY KEY,
                    image_id TEXT NOT NULL UNIQUE,
                    master TEXT NOT NULL,         -- its key in the object store
                    side INTEGER NOT NULL,        -- of the default variant, as the next two
                    format TEXT NOT NULL,
                    byte_count INTEGER NOT NULL,
                    created_at INTEGER NOT NULL   -- milliseconds since 1970
                ) STRICT, WITHOUT ROWID;
                """
        )
        let rows = try Row.fetchCursor(database, sql: "SELECT * FROM profile_image_before_masters")
        while let row = try rows.next() {
            let (id, format): (String, String) = (row["image_id"], row["format"])
            let largest = (row["variants"] as String).split(separator: " ").last?.split(separator: ":")
            guard let largest, largest.count == 2 else { continue }
            let file = "\(largest[0]).\(format == "jpeg" ? "jpg" : format)"
            try database.execute(
                sql: "INSERT INTO profile_image VALUES (?, ?, ?, ?, ?, ?, ?)",
                arguments: [
                    row["user_id"] as String, id, "public/images/\(id.prefix(2))/\(id)/\(file)", Int(largest[0]),
                    format,
                    Int(largest[1]), row["created_at"] as Int,
                ]
            )
        }
        try database.execute(sql: "DROP TABLE profile_image_before_masters")
    }
}
