@testable import Bulk
import Foundation
import GRDB
import Imaging
import ProfileImages
import Server
import Storage
import SystemPackage
import Testing

@Suite struct BackupTests {
    private let here: Deployment

    init() throws {
        here = try Deployment(["PORTRAITD_KEEP_REPLACED": "all"])
    }

    private var folder: String { "\(here.folder)/backup" }
    private var restored: String { "\(here.folder)/restored" }

    private func backUp() throws -> [ObjectKey] {
        let objects = try FileObjectStore(root: FilePath(here.state))
        return try Backup(of: here.metadata, objects, to: folder, by: .test).run()
    }

    private func restore() throws -> [ObjectKey] {
        try BackupRestoration(from: folder, to: restored, by: .test).run()
    }

    /// The files below a folder, except the database, by their paths.
    private func files(_ folder: String) throws -> [String: Data] {
        let paths = (FileManager.default.subpaths(atPath: folder) ?? []).filter { path in
            path.split(separator: "/").last?.contains(".") == true && !path.hasPrefix("portraitd.sqlite")
                || path.hasSuffix("/document")
        }
        return try Dictionary(
            uniqueKeysWithValues: paths.map { ($0, try Data(contentsOf: URL(filePath: "\(folder)/\($0)"))) }
        )
    }

    @Test(arguments: ["masters/../../evil.txt", "portraitd.sqlite", "public/images/ab/x/64.jpg", "/etc/passwd"])
    func `a backup whose database names a foreign file is not restored`(_ name: String) throws {
        _ = try here.upload("alice")
        #expect(try backUp() == [])
        try Data("a secret".utf8).write(to: URL(filePath: "\(here.folder)/evil.txt"))
        let database = try DatabaseQueue(path: "\(folder)/portraitd.sqlite")
        try database.write { try $0.execute(sql: "UPDATE media SET master = ?", arguments: [name]) }
        try database.close()
        #expect(throws: (any Error).self) { try restore() }
        #expect(try files(restored).isEmpty)
    }

    @Test func `a link in a backup does not reveal a file outside of it`() throws {
        let image = try here.upload("alice")
        #expect(try backUp() == [])
        let secret = "\(here.folder)/secret"
        try Data("a secret".utf8).write(to: URL(filePath: secret))
        let file = "\(folder)/\(image.key.rawValue)"
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: secret)
        _ = try restore()
        #expect(try !files(restored).values.contains { $0 == Data("a secret".utf8) })
    }

    @Test func `an erased user's name is in no database file and in no backup`() throws {
        let words = ["Zaphodbeeblebrox", "zaphod@heartofgold.example", "Zarniwoop"]
        let zaphod = try #require(UserID(rawValue: "zaphod-42"))
        _ = try here.services.profiles.update(zaphod, creation: .onFirstUse, by: .test) { attributes in
            attributes.givenName = words[0]
            attributes.familyName = words[2]
            attributes.email = EmailAddress(rawValue: words[1])
        }
        _ = try here.upload("alice")
        _ = try here.services.profiles.erase(zaphod, by: .test)
        while try here.metadata.purgeErased() {}
        #expect(try backUp() == [])
        for path in try FileManager.default.subpathsOfDirectory(atPath: here.folder).filter({ $0.contains("sqlite") }) {
            let bytes = String(decoding: try Data(contentsOf: URL(filePath: "\(here.folder)/\(path)")), as: UTF8.self)
            for word in words { #expect(!bytes.lowercased().contains(word.lowercased()), "\(word) in \(path)") }
        }
    }

    @Test func `a backup contains no staged image`() throws {
        let id = MediaID.random()
        try here.metadata.write { try $0.reserveImage(id, by: nil, at: .now) }
        #expect(try backUp() == [])
        #expect(try restore() == [])
        let copy = try SQLiteMetadataStore(path: "\(restored)/portraitd.sqlite")
        #expect(try copy.read { try $0.referenced([id]) }.isEmpty)
        #expect(try !here.metadata.read { try $0.referenced([id]) }.isEmpty)
    }

    @Test func `a restored backup has every user, picture and document unchanged`() throws {
        _ = try here.upload("alice")
        _ = try here.upload("alice")
        let bob = try here.upload("bob")
        _ = try here.services.media.addDocument(
            [1, 2, 3],
            of: bob.userID,
            type: try #require(AdditionalType(rawValue: "Passport")),
            name: "",
            mediaType: "application/pdf",
            by: .test
        )
        #expect(try backUp() == [])
        #expect(try restore() == [])
        #expect(try files(restored) == files(here.state))
        let store = try SQLiteMetadataStore(path: "\(restored)/portraitd.sqlite")
        #expect(
            try store.read { try $0.exportedUsers(after: 0, limit: 9) }.map(\.user)
                == here.metadata.read { try $0.exportedUsers(after: 0, limit: 9) }.map(\.user)
        )
        #expect(
            try store.read { try $0.events(after: 0, limit: 9) }.map(\.id)
                == here.metadata.read { try $0.events(after: 0, limit: 9) }.map(\.id)
        )
        #expect(try store.read { try $0.auditRecords(of: nil, after: 0, limit: 99) }.last?.action == .restored)
        #expect(try store.integrityFaults() == [])
    }

    @Test func `the next backup copies only new files and removes deleted ones`() throws {
        let alice = try here.upload("alice")
        let bob = try here.upload("bob")
        #expect(try backUp() == [])
        let untouched = "\(folder)/\(bob.master.rawValue)"
        let before = try FileManager.default.attributesOfItem(atPath: untouched)[.systemFileNumber] as? Int
        try here.services.images.deleteImage(of: alice.userID, if: .none, by: .test)
        _ = try here.upload("carol")
        #expect(try backUp() == [])
        #expect(try FileManager.default.attributesOfItem(atPath: untouched)[.systemFileNumber] as? Int == before)
        #expect(try files(folder) == files(here.state))
    }

    @Test func `a new backup ignores the log that a killed backup left behind`() throws {
        _ = try here.upload("alice")
        #expect(try backUp() == [])
        let log = "\(folder)/portraitd.sqlite-wal"
        let earlier = try SQLiteMetadataStore(path: "\(folder)/portraitd.sqlite")
        try earlier.write { try $0.insertTombstone(of: .random(), user: nil) }
        let frames = try Data(contentsOf: URL(filePath: log))
        try earlier.close()
        try frames.write(to: URL(filePath: log))
        for user in ["bob", "carol", "dave"] { _ = try here.upload(user) }
        #expect(try backUp() == [])
        #expect(try restore() == [])
        let store = try SQLiteMetadataStore(path: "\(restored)/portraitd.sqlite")
        #expect(try store.integrityFaults().isEmpty)
        #expect(try store.read { try $0.imageCount() } == 4)
        #expect(try store.read { try $0.tombstones(of: nil) }.isEmpty)
    }

    @Test func `a backup does not contain a picture that is deleted meanwhile`() throws {
        let alice = try here.upload("alice")
        _ = try here.upload("bob")
        let objects = DeletingObjects(try FileObjectStore(root: FilePath(here.state))) { [here] in
            try here.services.images.deleteImage(of: alice.userID, if: .none, by: .test)
        }
        #expect(try Backup(of: here.metadata, objects, to: folder, by: .test).run() == [])
        #expect(try restore() == [])
        let store = try SQLiteMetadataStore(path: "\(restored)/portraitd.sqlite")
        #expect(try store.read { try $0.image(of: alice.userID) } == nil)
        #expect(try store.read { try $0.imageCount() } == 1)
    }

    @Test func `a lost file is named, and the backup does not refer to it`() throws {
        let alice = try here.upload("alice")
        _ = try here.upload("bob")
        try FileManager.default.removeItem(atPath: "\(here.state)/\(alice.master.rawValue)")
        #expect(try backUp() == [alice.master])
        #expect(try restore() == [])
    }

    @Test func `a backup is not restored over a database, from an empty folder or if damaged`() throws {
        #expect(throws: BackupRestoration.Failure.noBackup) { try restore() }
        _ = try here.upload("alice")
        #expect(try backUp() == [])
        #expect(throws: BackupRestoration.Failure.notEmpty) {
            try BackupRestoration(from: folder, to: here.state, by: .test).run()
        }
        let database = URL(filePath: "\(folder)/portraitd.sqlite")
        var bytes = try Data(contentsOf: database)
        for index in stride(from: bytes.count / 2, to: bytes.count, by: 7) { bytes[index] ^= 0xFF }
        try bytes.write(to: database)
        #expect(throws: (any Error).self) { try restore() }
        #expect(!FileManager.default.fileExists(atPath: "\(restored)/portraitd.sqlite"))
    }
}

/// A store that runs a deletion at its first read.
private final class DeletingObjects: ObjectStore {
    private let objects: FileObjectStore
    private let delete: @Sendable () throws -> Void

    init(_ objects: FileObjectStore, delete: @escaping @Sendable () throws -> Void) {
        self.objects = objects
        self.delete = delete
    }

    func get(_ key: ObjectKey) throws -> [UInt8]? {
        try delete()
        return try objects.get(key)
    }

    func read(_ key: ObjectKey, begin: (_ byteCount: Int) -> Void, _ take: ([UInt8]) -> Void) throws -> Bool {
        try delete()
        return try objects.read(key, begin: begin, take)
    }

    func put(_ bytes: [UInt8], at key: ObjectKey) throws { try objects.put(bytes, at: key) }
    func put(_ new: [(bytes: [UInt8], key: ObjectKey)]) throws { try objects.put(new) }
    func head(_ key: ObjectKey) throws -> StoredObject? { try objects.head(key) }
    func list(_ prefix: String) throws -> [StoredObject] { try objects.list(prefix) }
    func delete(_ keys: [ObjectKey]) throws { try objects.delete(keys) }
    func deleteAll(_ prefix: String) throws { try objects.deleteAll(prefix) }
    func unfinished(_ prefix: String, before time: Date) throws -> [ObjectKey] {
        try objects.unfinished(prefix, before: time)
    }
    func delivery(of key: ObjectKey, _ policy: Delivery.CachePolicy) -> Delivery { objects.delivery(of: key, policy) }
    var freeBytes: Int? { objects.freeBytes }
    func checkWritable() throws { try objects.checkWritable() }
}
