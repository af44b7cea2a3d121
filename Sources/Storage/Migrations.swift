import GRDB

/// The database's schema, as the steps that lead to it. A step that was released is never edited: append another.
enum Migrations {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("profile images", migrate: createProfileImages)
        migrator.registerMigration("API keys", migrate: createAPIKeys)
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
}
