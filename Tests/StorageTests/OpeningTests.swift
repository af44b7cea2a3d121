import Foundation
import GRDB
import ProfileImages
@testable import Storage
import TestSupport
import Testing

/// Opening a database changes it only on request.
@Suite struct OpeningTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = "\(folder.path)/test.sqlite"
    }

    /// Creates a database and closes it in good order, so that it is one file.
    private func make(upTo migration: String? = nil) throws {
        let database = try DatabaseQueue(path: path)
        if let migration {
            try Migrations.migrator.migrate(database, upTo: migration)
        } else {
            try Migrations.migrator.migrate(database)
        }
        try database.close()
    }

    private var bytes: Data {
        get throws { try Data(contentsOf: URL(filePath: path)) }
    }

    @Test func `opening for reading creates no database, opening for writing does`() throws {
        #expect(throws: SchemaError.missing(path: path)) { try SQLiteMetadataStore(path: path, for: .reading) }
        #expect(folder.files.isEmpty)
        #expect(try SQLiteMetadataStore(path: path, for: .writing).instanceSecret().count == 32)
    }

    @Test(arguments: [SQLiteMetadataStore.Purpose.reading, .writing])
    func `an older database is reported and stays unchanged`(_ purpose: SQLiteMetadataStore.Purpose) throws {
        try make(upTo: "staged images")
        let before = try bytes
        #expect(throws: SchemaError.older(path: path)) { try SQLiteMetadataStore(path: path, for: purpose) }
        if purpose == .reading { #expect(try bytes == before) }
        #expect(try SQLiteMetadataStore(path: path).migrations().last == "installation secret")
        #expect(throws: Never.self) { try SQLiteMetadataStore(path: path, for: purpose) }
    }

    @Test(arguments: [SQLiteMetadataStore.Purpose.reading, .writing, .migrating])
    func `a newer database is refused and stays unchanged`(_ purpose: SQLiteMetadataStore.Purpose) throws {
        try make()
        let database = try DatabaseQueue(path: path)
        try database.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('of the future')") }
        try database.close()
        #expect(throws: SchemaError.newer(path: path)) { try SQLiteMetadataStore(path: path, for: purpose) }
        let after = try DatabaseQueue(path: path)
        let steps = try after.read { try String.fetchAll($0, sql: "SELECT identifier FROM grdb_migrations") }
        #expect(steps.contains("of the future"))
    }

    @Test func `a database that is opened for reading is not written`() throws {
        try make()
        let before = try bytes
        let store = try SQLiteMetadataStore(path: path, for: .reading)
        #expect(try store.read { try $0.mediaCount() } == 0)
        #expect(throws: StoreError.self) { try store.write { try $0.deleteBulkJobs(before: .now) } }
        #expect(throws: StoreError.self) { try store.checkWritable() }
        try store.close()
        #expect(try bytes == before)
    }

    @Test func `several parallel starts migrate the database once`() async throws {
        try make(upTo: "imports and identities")
        let path = path
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    let store = try SQLiteMetadataStore(path: path)
                    #expect(try store.instanceSecret().count == 32)
                }
            }
            try await group.waitForAll()
        }
        #expect(try SQLiteMetadataStore(path: path).integrityFaults().isEmpty)
    }
}
