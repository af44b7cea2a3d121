import Foundation
import GRDB

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

    /// Before, the first URL that was signed with it made it.
    static func makeSecret(in database: Database) throws {
        let random = Data((0..<32).map { _ in UInt8.random(in: .min ... .max) })
        try database.execute(
            sql: "INSERT INTO upload_secret (id, secret) VALUES (1, ?) ON CONFLICT DO NOTHING",
            arguments: [random]
        )
    }
}
