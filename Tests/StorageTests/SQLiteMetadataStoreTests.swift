import Foundation
import GRDB
import Imaging
import ProfileImages
@testable import Storage
import TestSupport
import Testing

@Suite struct SQLiteMetadataStoreTests {
    private let folder: TemporaryFolder
    private let store: SQLiteMetadataStore
    private let alice: UserID

    init() throws {
        folder = try TemporaryFolder()
        store = try SQLiteMetadataStore(path: "\(folder.path)/test.sqlite")
        alice = try #require(UserID(rawValue: "alice"))
    }

    private func image(of user: UserID, format: ImageFormat = .jpeg) -> ProfileImage {
        let id = MediaID.random()
        return ProfileImage(
            id: id,
            userID: user,
            master: .master(of: id, format: format),
            variant: .init(side: 256, format: format, byteCount: 13_100),
            createdAt: Date(timeIntervalSince1970: 1_795_339_505.631)
        )
    }

    @Test func `an image is read as it was set, also after the database is opened again`() throws {
        let first = image(of: alice, format: .png)
        #expect(try store.setImage(first, if: .none) == nil)
        #expect(try store.read { try $0.image(of: alice) } == first)
        #expect(try SQLiteMetadataStore(path: "\(folder.path)/test.sqlite").read { try $0.image(of: alice) } == first)
        #expect(try store.read { try $0.image(first.id) } == first)
        #expect(try store.read { try $0.image(.random()) } == nil)
    }

    @Test func `a write that waits too long for the writer fails as busy`() async throws {
        let store = try SQLiteMetadataStore(path: "\(folder.path)/test.sqlite", patience: .milliseconds(50))
        let (begun, release) = (Recorder<Int>(), Recorder<Int>())
        let alice = alice
        Thread.detachNewThread {
            try? store.write { _ in
                begun.record(1)
                waitUntil { !release.values.isEmpty }
            }
        }
        #expect(waitUntil { !begun.values.isEmpty })
        #expect(throws: StoreError.busy) { try store.setImage(image(of: alice), if: .none) }
        #expect(throws: StoreError.busy) { try store.checkWritable() }
        // Reads do not wait.
        #expect(try store.read { try $0.image(of: alice) } == nil)
        release.record(1)
        var isDone = false
        while !isDone {
            do {
                _ = try store.setImage(image(of: alice), if: .none)
                isDone = true
            } catch StoreError.busy {}
        }
        #expect(try store.read { try $0.image(of: alice) } != nil)
    }

    @Test func `a commit survives a power loss: WAL with full synchronisation`() throws {
        // https://sqlite.org/pragma.html#pragma_synchronous: in WAL mode only FULL (2) flushes each commit.
        try store.writer?.read { (database) throws in
            #expect(try String.fetchOne(database, sql: "PRAGMA journal_mode") == "wal")
            #expect(try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2)
        }
    }

    @Test func `two stores share one file`() throws {
        let other = try SQLiteMetadataStore(path: "\(folder.path)/test.sqlite")
        let first = image(of: alice)
        _ = try store.setImage(first, if: .none)
        #expect(try other.read { try $0.image(of: alice) } == first)
        #expect(try other.setImage(image(of: alice), if: .none) == first.id)
    }

    @Test func `a database that another process holds is busy and stays unchanged`() throws {
        let first = image(of: alice)
        _ = try store.setImage(first, if: .none)
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: "\(folder.path)/test.sqlite", configuration: configuration)
        try other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        #expect(throws: StoreError.busy) { try store.setImage(image(of: alice), if: .none) }
        #expect(try store.read { try $0.image(of: alice) } == first)
        try other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        #expect(try store.setImage(image(of: alice), if: .none) == first.id)
    }

    @Test(.enabled(if: SmallFileSystem.isPossible)) func `a full disk is reported, the database stays intact`() throws {
        let disk = try SmallFileSystem()
        let store = try SQLiteMetadataStore(path: "\(disk.path)/test.sqlite")
        let first = image(of: alice)
        _ = try store.setImage(first, if: .none)
        // Fills the disk in smaller and smaller steps, until no byte is free.
        var step = 1 << 18
        while step > 0 {
            let handle = try FileHandle(forWritingTo: fill(disk))
            handle.seekToEndOfFile()
            while (try? handle.write(contentsOf: Data(count: step))) != nil {}
            step /= 2
        }
        #expect(throws: StoreError.full) {
            for _ in 0..<1000 { _ = try store.setImage(image(of: alice), if: .none) }
        }
        #expect(try store.read { try $0.image(of: alice) } != nil)
    }

    @Test func `only owner and group may read the database`() throws {
        for name in ["test.sqlite", "test.sqlite-wal"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(name)")
            #expect(try #require(attributes[.posixPermissions] as? Int) & 0o7 == 0)
        }
    }

    @Test func `a file that is not a database is refused`() throws {
        let path = "\(folder.path)/other"
        try Data(repeating: 65, count: 4096).write(to: URL(filePath: path))
        #expect(throws: (any Error).self) { try SQLiteMetadataStore(path: path) }
    }

    @Test(arguments: ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"])
    func `the audit cannot be changed`(_ statement: String) throws {
        try store.setImage(image(of: alice), if: .none)
        #expect(throws: DatabaseError.self) { try store.writer?.write { try $0.execute(sql: statement) } }
        #expect(try store.read { try $0.auditRecords(of: nil, after: 0, limit: 9) }.count == 2)
    }

    @Test func `the database refuses a second current image`() throws {
        try store.setImage(image(of: alice), if: .none)
        try store.setImage(image(of: alice), if: .none, keeping: .all)
        #expect(throws: DatabaseError.self) {
            try store.writer?.write { try $0.execute(sql: "UPDATE media SET is_active = 1") }
        }
    }

    /// sqlite.org/pragma.html#pragma_max_page_count
    @Test func `a full database is a fault even if the caller catches the error`() throws {
        let writer = try #require(store.writer)
        try writer.write { try $0.execute(sql: "PRAGMA max_page_count = 1") }
        let key = APIKey(
            id: "k",
            name: String(repeating: "x", count: 1_000_000),
            scopes: [],
            digest: [1],
            createdAt: .now
        )
        #expect(throws: StoreError.full) {
            try store.write { transaction in
                do {
                    try transaction.savepoint { try transaction.insertAPIKey(key) }
                } catch let error as StoreError {
                    throw error
                } catch {
                    Issue.record("\(error)")
                }
            }
        }
        #expect(try store.read { try $0.apiKeys() }.isEmpty)
    }

    @Test func `after a rollback by SQLite nothing of the transaction is committed`() throws {
        let writer = try #require(store.writer)
        #expect(throws: StoreError.self) {
            try store.write { transaction in
                try writer.unsafeReentrantWrite { try $0.execute(sql: "ROLLBACK") }
                _ = try? transaction.touchProfile(of: alice, at: .now)
                try? transaction.insertAuditRecord(.exported, of: nil, subject: nil, by: .test, at: .now)
            }
        }
        #expect(try store.read { try $0.profile(of: alice) } == nil)
        #expect(try store.read { try $0.auditRecords(of: nil, after: 0, limit: 9) }.isEmpty)
    }

    private func fill(_ disk: SmallFileSystem) throws -> URL {
        let url = URL(filePath: "\(disk.path)/filling")
        if !FileManager.default.fileExists(atPath: url.path()) { try Data().write(to: url) }
        return url
    }
}
