import GRDB

extension Migrations {
    static func countOverruns(in database: Database) throws {
        // How often a worker that had the job did not come back within its time.
        try database.execute(sql: "ALTER TABLE import ADD COLUMN overruns INTEGER NOT NULL DEFAULT 0")
    }

    static func createImportsAndIdentities(in database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE import (
                    sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
                    id TEXT NOT NULL UNIQUE,
                    user_id TEXT NOT NULL,
                    url TEXT NOT NULL,
                    if_none INTEGER NOT NULL,     -- 1 when only a user without an image gets this one
                    source TEXT NOT NULL,         -- what the image's will be
                    credential TEXT NOT NULL,     -- who has asked for it, as the audit names them
                    actor TEXT NOT NULL,
                    request_id TEXT,
                    state TEXT NOT NULL,
                    attempts INTEGER NOT NULL,
                    due_at INTEGER NOT NULL,      -- when a worker may take it: of a running one, may take it over
                    code TEXT,                    -- why the last attempt failed
                    detail TEXT,
                    media_id TEXT,                -- the image that came of it
                    created_at INTEGER NOT NULL,  -- milliseconds since 1970, as all times
                    finished_at INTEGER
                ) STRICT;
                CREATE INDEX import_user ON import (user_id, sequence);
                CREATE INDEX import_due_at ON import (due_at) WHERE finished_at IS NULL;
                CREATE INDEX import_finished_at ON import (finished_at) WHERE finished_at IS NOT NULL;

                CREATE TABLE identity (           -- what providers said of users at their last sign-in
                    user_id TEXT NOT NULL,
                    connection TEXT NOT NULL,
                    picture_url TEXT,
                    taken_picture_url TEXT,       -- the last one that was taken over
                    name TEXT,
                    given_name TEXT,
                    family_name TEXT,
                    nickname TEXT,
                    email TEXT,
                    updated_at INTEGER NOT NULL,
                    PRIMARY KEY (user_id, connection)
                ) STRICT, WITHOUT ROWID;
                CREATE TABLE connection (
                    name TEXT NOT NULL PRIMARY KEY,
                    sync TEXT NOT NULL
                ) STRICT, WITHOUT ROWID;
                """
        )
    }
}
