import GRDB

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
