import GRDB

extension Migrations {
    /// Not all that is audited is about a user. sqlite.org/lang_altertable.html §7: a column's NOT NULL goes by a new table.
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
