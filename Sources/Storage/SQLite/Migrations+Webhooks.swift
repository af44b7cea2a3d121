import GRDB

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
