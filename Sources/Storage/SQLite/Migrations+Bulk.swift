import GRDB

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
