import GRDB

/// Migrations of profiles, media and staged images.
extension Migrations {
    /// Creates `profile` and `media`. Before this step there were only current images, and every user had one.
    static func createProfilesAndMedia(in database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE profile (
                    id INTEGER NOT NULL PRIMARY KEY,
                    user_id TEXT NOT NULL UNIQUE,
                    user_name TEXT,
                    full_name TEXT,
                    given_name TEXT,
                    family_name TEXT,
                    display_name TEXT,
                    email TEXT,
                    email_md5 TEXT,               -- lower-case hexadecimal digits, as the next
                    email_sha256 TEXT,
                    description TEXT,
                    metadata TEXT NOT NULL,       -- a JSON object
                    revision INTEGER NOT NULL,
                    created_at INTEGER NOT NULL,  -- milliseconds since 1970, as all times
                    updated_at INTEGER NOT NULL
                ) STRICT;
                CREATE INDEX profile_email ON profile (email) WHERE email IS NOT NULL;
                CREATE INDEX profile_email_md5 ON profile (email_md5) WHERE email_md5 IS NOT NULL;
                CREATE INDEX profile_email_sha256 ON profile (email_sha256) WHERE email_sha256 IS NOT NULL;
                CREATE TABLE media (
                    id TEXT NOT NULL PRIMARY KEY,
                    user_id TEXT NOT NULL,
                    additional_type TEXT NOT NULL,
                    name TEXT NOT NULL,
                    media_type TEXT NOT NULL,
                    byte_count INTEGER NOT NULL,
                    is_active INTEGER NOT NULL,   -- 1 for the user's current image
                    created_at INTEGER NOT NULL,
                    replaced_at INTEGER,          -- since when an image is not current any more
                    master TEXT,                  -- of images only, as what follows: its key in the object store
                    side INTEGER,
                    format TEXT,
                    source TEXT,
                    rating TEXT
                ) STRICT, WITHOUT ROWID;
                CREATE UNIQUE INDEX media_current ON media (user_id) WHERE is_active;
                CREATE INDEX media_user ON media (user_id, created_at, id);
                CREATE INDEX media_replaced_at ON media (replaced_at) WHERE replaced_at IS NOT NULL;

                INSERT INTO profile (user_id, metadata, revision, created_at, updated_at)
                SELECT user_id, '{}', 1, created_at, created_at FROM profile_image ORDER BY created_at;
                INSERT INTO media (
                    id, user_id, additional_type, name, media_type, byte_count, is_active, created_at,
                    master, side, format, source, rating
                )
                SELECT image_id, user_id, 'ProfileImage', '', 'image/' || format, byte_count, 1, created_at,
                    master, side, format, 'upload', 'g'
                FROM profile_image;
                DROP TABLE profile_image;
                ALTER TABLE pending_removal RENAME COLUMN image_id TO media_id;
                """
        )
        try createProfileSearch(in: database)
    }

    /// Creates the full-text index of names and email addresses. Its content is in the table `profile`
    /// (sqlite.org/fts5.html §4.4.3), and triggers update the index. A profile without names and email address is not
    /// in the index.
    private static func createProfileSearch(in database: Database) throws {
        let columns = ["user_name", "full_name", "given_name", "family_name", "display_name", "email"]
        let list = columns.joined(separator: ", ")
        let old = columns.map { "old.\($0)" }.joined(separator: ", ")
        let new = columns.map { "new.\($0)" }.joined(separator: ", ")
        let remove = "INSERT INTO profile_search (profile_search, rowid, \(list)) VALUES ('delete', old.id, \(old));"
        let add = "INSERT INTO profile_search (rowid, \(list)) VALUES (new.id, \(new));"
        try database.execute(
            sql: """
                CREATE VIRTUAL TABLE profile_search USING fts5 (
                    \(list), content = 'profile', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
                );
                CREATE TRIGGER profile_insert AFTER INSERT ON profile WHEN coalesce(\(new)) IS NOT NULL
                BEGIN \(add) END;
                CREATE TRIGGER profile_update_old AFTER UPDATE OF \(list) ON profile WHEN coalesce(\(old)) IS NOT NULL
                BEGIN \(remove) END;
                CREATE TRIGGER profile_update_new AFTER UPDATE OF \(list) ON profile WHEN coalesce(\(new)) IS NOT NULL
                BEGIN \(add) END;
                CREATE TRIGGER profile_delete AFTER DELETE ON profile WHEN coalesce(\(old)) IS NOT NULL
                BEGIN \(remove) END;
                """
        )
    }

    /// Replaces two triggers for an update with one. SQLite does not define the order of triggers, and ran the one that
    /// removes the old words last: words that the update did not change could not be found any more.
    static func updateProfileSearchAtOnce(in database: Database) throws {
        let columns = ["user_name", "full_name", "given_name", "family_name", "display_name", "email"]
        let list = columns.joined(separator: ", ")
        let old = columns.map { "old.\($0)" }.joined(separator: ", ")
        let new = columns.map { "new.\($0)" }.joined(separator: ", ")
        try database.execute(
            sql: """
                DROP TRIGGER profile_update_old;
                DROP TRIGGER profile_update_new;
                CREATE TRIGGER profile_update AFTER UPDATE OF \(list) ON profile
                BEGIN
                    INSERT INTO profile_search (profile_search, rowid, \(list))
                    SELECT 'delete', old.id, \(old) WHERE coalesce(\(old)) IS NOT NULL;
                    INSERT INTO profile_search (rowid, \(list)) SELECT new.id, \(new) WHERE coalesce(\(new)) IS NOT NULL;
                END;
                INSERT INTO profile_search (profile_search) VALUES ('delete-all');
                INSERT INTO profile_search (rowid, \(list)) SELECT id, \(list) FROM profile WHERE coalesce(\(list)) IS NOT NULL;
                """
        )
    }
}

extension Migrations {
    /// Adds the digest, which reveals a changed file. The digest of an older item is unknown and stays NULL.
    static func addDigests(in database: Database) throws {
        try database.execute(sql: "ALTER TABLE media ADD COLUMN digest TEXT")
    }
}

extension Migrations {
    static func addAttributes(in database: Database) throws {
        try database.execute(
            sql: """
                ALTER TABLE profile ADD COLUMN email_verified INTEGER NOT NULL DEFAULT 0;
                ALTER TABLE profile ADD COLUMN claims TEXT NOT NULL DEFAULT '{}';            -- JSON objects, as the last two
                ALTER TABLE profile ADD COLUMN phone_number_verified INTEGER NOT NULL DEFAULT 0;
                ALTER TABLE profile ADD COLUMN picture TEXT;                                 -- a URL elsewhere
                ALTER TABLE profile ADD COLUMN public_metadata TEXT NOT NULL DEFAULT '{}';
                ALTER TABLE profile ADD COLUMN private_metadata TEXT NOT NULL DEFAULT '{}';
                """
        )
    }
}

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
