import GRDB

extension Migrations {
    static func createEventsAndAudit(in database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE event (
                    sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
                    id TEXT NOT NULL UNIQUE,
                    kind TEXT NOT NULL,
                    user_id TEXT NOT NULL,
                    profile TEXT,                 -- as it was then, as JSON; NULL when it was erased
                    created_at INTEGER NOT NULL
                ) STRICT;
                CREATE INDEX event_user ON event (user_id, sequence);
                CREATE TABLE audit (
                    sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
                    created_at INTEGER NOT NULL,
                    credential TEXT NOT NULL,
                    actor TEXT NOT NULL,
                    request_id TEXT,
                    action TEXT NOT NULL,
                    user_id TEXT NOT NULL,
                    subject TEXT
                ) STRICT;
                CREATE INDEX audit_user ON audit (user_id, sequence);
                CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
                BEGIN SELECT raise(ABORT, 'the audit is append-only'); END;
                CREATE TRIGGER audit_is_never_shortened BEFORE DELETE ON audit
                BEGIN SELECT raise(ABORT, 'the audit is append-only'); END;
                """
        )
    }
}
