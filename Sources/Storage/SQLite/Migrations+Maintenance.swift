import GRDB

extension Migrations {
    /// By which a file that was altered is told; that of an item of before is not known.
    static func addDigests(in database: Database) throws {
        try database.execute(sql: "ALTER TABLE media ADD COLUMN digest TEXT")
    }
}
