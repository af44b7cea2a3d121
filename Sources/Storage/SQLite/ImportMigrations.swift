import Foundation
import GRDB

/// Migrations of imports, identities, uploads and bulk jobs.
extension Migrations {
    static func countOverruns(in database: Database) throws {
        // Number of attempts that did not end before their lease expired.
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

extension Migrations {
    static func createUploads(in database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE upload_token (       -- uploads that are allowed beforehand
                    id TEXT NOT NULL PRIMARY KEY,
                    user_id TEXT NOT NULL,
                    expires_at INTEGER NOT NULL,
                    used_at INTEGER,
                    media_id TEXT                 -- what was made of it
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX upload_token_user ON upload_token (user_id);
                CREATE INDEX upload_token_expires_at ON upload_token (expires_at);
                CREATE TABLE upload_secret (      -- one row: what signs their URLs where no setting says otherwise
                    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
                    secret BLOB NOT NULL
                ) STRICT;
                """
        )
    }

    /// Creates the secret. Before this step, signing the first URL created it.
    static func makeSecret(in database: Database) throws {
        let random = Data((0..<32).map { _ in UInt8.random(in: .min ... .max) })
        try database.execute(
            sql: "INSERT INTO upload_secret (id, secret) VALUES (1, ?) ON CONFLICT DO NOTHING",
            arguments: [random]
        )
    }
}

extension Migrations {
    static func createBulkJobs(in database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE bulk_job (
                    id TEXT NOT NULL PRIMARY KEY,
                    created_at INTEGER NOT NULL,
                    content TEXT NOT NULL         -- the whole job as JSON
                ) STRICT, WITHOUT ROWID;
                """
        )
    }

    static func createImportedFiles(in database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE imported_file (      -- pictures that an import has brought already
                    user_id TEXT NOT NULL,
                    digest TEXT NOT NULL,         -- SHA-256 of the file and of how it is shown, in hexadecimal digits
                    PRIMARY KEY (user_id, digest)
                ) STRICT, WITHOUT ROWID;
                """
        )
    }
}
