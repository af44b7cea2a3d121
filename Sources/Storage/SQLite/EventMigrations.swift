import GRDB

/// Migrations of events, webhooks and the audit.
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

extension Migrations {
    static func createWebhooks(in database: Database) throws {
        try database.execute(
            sql: """
                ALTER TABLE event ADD COLUMN changed_by TEXT;
                CREATE INDEX event_created_at ON event (created_at);
                CREATE TABLE webhook (
                    id TEXT NOT NULL PRIMARY KEY,
                    url TEXT NOT NULL,
                    secret TEXT NOT NULL,
                    former_secret TEXT,
                    former_secret_end INTEGER,
                    kinds TEXT,                   -- of events, separated by a space; NULL for all
                    shape TEXT NOT NULL,
                    disabled_because TEXT,        -- NULL when it is enabled
                    paused_until INTEGER,
                    created_at INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID;
                CREATE TABLE delivery (           -- events that did not arrive yet
                    webhook_id TEXT NOT NULL REFERENCES webhook ON DELETE CASCADE,
                    user_id TEXT NOT NULL,
                    sequence INTEGER NOT NULL REFERENCES event ON DELETE CASCADE,
                    enqueued_at INTEGER NOT NULL,
                    died_at INTEGER,              -- NULL until it is given up
                    failures INTEGER,             -- how often it was tried then, and why it was given up
                    reason TEXT,
                    PRIMARY KEY (webhook_id, user_id, sequence)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX delivery_sequence ON delivery (sequence);
                CREATE TABLE delivery_queue (     -- who has deliveries that are not dead
                    webhook_id TEXT NOT NULL REFERENCES webhook ON DELETE CASCADE,
                    user_id TEXT NOT NULL,
                    due_at INTEGER NOT NULL,      -- of a leased one: when the lease ends
                    lease TEXT,
                    failures INTEGER NOT NULL DEFAULT 0,
                    reason TEXT,
                    PRIMARY KEY (webhook_id, user_id)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX delivery_queue_due_at ON delivery_queue (webhook_id, due_at);
                """
        )
    }
}

extension Migrations {
    /// Allows audit records without a user. A new table removes NOT NULL from a column: sqlite.org/lang_altertable.html
    /// §7.
    static func allowAuditWithoutUser(in database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE audit_with_all (
                    sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
                    created_at INTEGER NOT NULL,
                    credential TEXT NOT NULL,
                    actor TEXT NOT NULL,
                    request_id TEXT,
                    action TEXT NOT NULL,
                    user_id TEXT,                 -- NULL where it is about no user
                    subject TEXT
                ) STRICT;
                INSERT INTO audit_with_all
                SELECT sequence, created_at, credential, actor, request_id, action, user_id, subject FROM audit;
                DROP TABLE audit;
                ALTER TABLE audit_with_all RENAME TO audit;
                CREATE INDEX audit_user ON audit (user_id, sequence);
                CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
                BEGIN SELECT raise(ABORT, 'the audit is append-only'); END;
                CREATE TRIGGER audit_is_never_shortened BEFORE DELETE ON audit
                BEGIN SELECT raise(ABORT, 'the audit is append-only'); END;
                """
        )
    }
}
