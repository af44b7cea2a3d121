import GRDB

extension Migrations {
    static func createStagedImages(in database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE staged_image (       -- pictures that are nobody's yet, and the names of those that were
                    id TEXT NOT NULL PRIMARY KEY,
                    uploader TEXT,                -- the user who has sent it, where one has
                    name TEXT NOT NULL DEFAULT '',
                    master TEXT,                  -- NULL while it is being stored, and when it was taken
                    side INTEGER,
                    format TEXT,
                    byte_count INTEGER,
                    rating TEXT,
                    digest TEXT,                  -- the master's SHA-256
                    created_at INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX staged_image_uploader ON staged_image (uploader) WHERE uploader IS NOT NULL;
                CREATE INDEX staged_image_created_at ON staged_image (created_at);
                CREATE INDEX profile_user_name ON profile (user_name) WHERE user_name IS NOT NULL;
                CREATE INDEX profile_phone_number ON profile (claims ->> '$.phone_number')
                    WHERE claims ->> '$.phone_number' IS NOT NULL;
                """
        )
    }
}
