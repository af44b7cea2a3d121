import Foundation
import Imaging
import ProfileImages
import Storage
import Synchronization
import SystemPackage
import TestSupport
import Testing

@Suite struct FileObjectStoreTests {
    private let folder: TemporaryFolder
    private let store: FileObjectStore
    private let image = MediaID.random()

    init() throws {
        folder = try TemporaryFolder()
        store = try FileObjectStore(root: FilePath(folder.path))
    }

    private func key(_ side: Int) -> ObjectKey {
        .variant(of: image, side: side, format: .jpeg)
    }

    @Test func `the path of a file is its key`() throws {
        try store.put([1], at: key(256))
        let id = image.rawValue
        #expect(folder.files == ["public/images/\(id.prefix(2))/\(id)/256.jpg"])
        try store.delete([key(256)])
        #expect(folder.files.isEmpty)
    }

    @Test func `objects can be put in a batch or one by one`() throws {
        let keys = [key(64), key(128), .master(of: image, format: .png), .document(image)]
        try store.put(keys.enumerated().map { (bytes: [UInt8($0)], key: $1) })
        for (index, key) in keys.enumerated() { #expect(try store.get(key) == [UInt8(index)]) }
        #expect(folder.files.count == 4)
        let master = "\(folder.path)/\(keys[2].rawValue)"
        #expect(try FileManager.default.attributesOfItem(atPath: master)[.posixPermissions] as? Int == 0o600)
        try store.put([])
    }

    @Test func `files of an interrupted write are unfinished and can be deleted, folders in use cannot`() throws {
        let prefix = "masters/\(image.rawValue.prefix(2))/"
        let (empty, half) = (ObjectKey(rawValue: "\(prefix)empty"), ObjectKey(rawValue: "\(prefix)other/.half"))
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/\(empty.rawValue)",
            withIntermediateDirectories: true
        )
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/\(prefix)other",
            withIntermediateDirectories: true
        )
        try Data([1]).write(to: URL(filePath: "\(folder.path)/\(half.rawValue)"))
        #expect(try store.list(prefix).isEmpty)
        #expect(try store.unfinished(prefix, before: .now.addingTimeInterval(-60)).isEmpty)
        let found = try store.unfinished(prefix, before: .distantFuture)
        #expect(Set(found) == [empty, half])
        // An object that is written before the deletion stays.
        let master = ObjectKey(rawValue: "\(empty.rawValue)/master.png")
        try store.put([1], at: master)
        try store.delete(found)
        #expect(try store.get(master) == [1])
        try store.delete([master])
        #expect(folder.files.isEmpty)
        #expect(
            try store.unfinished("masters/", before: .distantFuture)
                == ["masters/\(image.rawValue.prefix(2))"].map(ObjectKey.init)
        )
    }

    @Test func `no temporary file is left`() throws {
        try store.put([1], at: key(64))
        try store.put([2], at: key(128))
        #expect(folder.files.allSatisfy { $0.hasSuffix(".jpg") })
    }

    @Test func `only the owner may read private files`() throws {
        let master = ObjectKey.master(of: image, format: .png)
        try store.put([1], at: master)
        try store.put([1], at: key(64))
        func permissions(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(path)")[.posixPermissions] as? Int
        }
        #expect(try permissions(master.rawValue) == 0o600)
        #expect(try permissions("masters") == 0o700)
        #expect(try permissions(key(64).rawValue) == 0o644)
    }

    @Test func `a store whose folder is gone is not writable`() throws {
        try store.checkWritable()
        try FileManager.default.removeItem(atPath: folder.path)
        #expect(throws: StoreError.self) { try store.checkWritable() }
    }

    @Test func `a failed put leaves no file`() throws {
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/\(key(256).rawValue)/in-the-way",
            withIntermediateDirectories: true
        )
        #expect(throws: StoreError.self) { try store.put([1], at: key(256)) }
        #expect(folder.files.isEmpty)
    }

    @Test(.enabled(if: SmallFileSystem.isPossible)) func `a full disk is reported and leaves no file`() throws {
        let disk = try SmallFileSystem()
        let store = try FileObjectStore(root: FilePath(disk.path))
        #expect(throws: StoreError.full) {
            try store.put(Array(repeating: 1, count: 2_000_000), at: key(256))
        }
        #expect(try FileManager.default.subpathsOfDirectory(atPath: disk.path).allSatisfy { !$0.contains(".") })
        try store.put([1], at: key(64))
        #expect(try store.get(key(64)) == [1])
    }

    @Test func `no symbolic link in a path is followed`() throws {
        try store.put([1], at: key(64))
        let secret = "\(folder.path)/secret"
        try Data([9]).write(to: URL(filePath: secret))
        let manager = FileManager.default
        try manager.createSymbolicLink(atPath: "\(folder.path)/\(key(128).rawValue)", withDestinationPath: secret)
        #expect(try store.get(key(128)) == nil)
        // A folder in the path that links to another folder.
        let other = MediaID.random()
        let place = "\(folder.path)/\(ObjectKey.masterFolder(of: other).rawValue)"
        let target = "\(folder.path)/\(ObjectKey.folder(of: image).rawValue)"
        let parent = URL(filePath: place).deletingLastPathComponent()
        try manager.createDirectory(at: parent, withIntermediateDirectories: true)
        try manager.createSymbolicLink(atPath: place, withDestinationPath: target)
        try Data([8]).write(to: URL(filePath: "\(target)/master.jpg"))
        #expect(try store.get(.master(of: other, format: .jpeg)) == nil)
        for path in ["../secret", "/etc/passwd", "public/../secret", "public", ""] {
            #expect(try store.get(ObjectKey(rawValue: path)) == nil, "\(path)")
        }
        #expect(try store.get(ObjectKey(rawValue: "secret")) == [9])
    }

    /// Earlier versions renamed a whole folder of masters before they removed it.
    @Test func `files of an earlier version's interrupted removal are removed`() throws {
        let id = image.rawValue
        let aside = "\(folder.path)/public/images/\(id.prefix(2))/.\(id)"
        try FileManager.default.createDirectory(atPath: aside, withIntermediateDirectories: true)
        try Data([1]).write(to: URL(filePath: "\(aside)/64.jpg"))
        #expect(try store.list("public/").isEmpty)
        #expect(try store.unfinished("public/", before: .distantFuture).count == 1)
        try store.deleteAll("\(ObjectKey.folder(of: image).rawValue)/")
        #expect(folder.files.isEmpty)
    }

    @Test func `a file that cannot be deleted does not keep others`() throws {
        for side in [64, 128, 256] { try store.put([1], at: key(side)) }
        // A foreign entry among the files: a folder that is not empty.
        let place = "\(folder.path)/\(ObjectKey.folder(of: image).rawValue)/128.jpg"
        try FileManager.default.removeItem(atPath: place)
        try FileManager.default.createDirectory(atPath: "\(place)/in-the-way", withIntermediateDirectories: true)
        try store.deleteAll("\(ObjectKey.folder(of: image).rawValue)/")
        for side in [64, 256] { #expect(try store.get(key(side)) == nil) }
    }
}
