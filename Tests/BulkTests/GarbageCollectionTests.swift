import Foundation
import Imaging
import ProfileImages
import Storage
import SystemPackage
import Testing

@Suite struct GarbageCollectionTests {
    private let here: Deployment

    init() throws {
        here = try Deployment()
    }

    private var objects: FileObjectStore {
        get throws { try FileObjectStore(root: FilePath(here.state)) }
    }

    private func collect(removing: Bool, now: Date = .now) throws -> [String] {
        var found: [String] = []
        let limit = now.addingTimeInterval(-GarbageCollection.minAge)
        try GarbageCollection(metadata: here.metadata, objects: objects)
            .run(changedBefore: limit, removing: removing) { found.append($0.rawValue) }
        return found.sorted()
    }

    private var tomorrow: Date {
        .now.addingTimeInterval(GarbageCollection.minAge + 60)
    }

    @Test func `unreferenced files are found in every area, referenced files are kept`() throws {
        let alice = try here.upload("alice")
        let orphan = MediaID.random()
        let keys: [ObjectKey] = [
            .variant(of: orphan, side: 32, format: .jpeg), .master(of: orphan, format: .png), .document(orphan),
        ]
        for key in keys { try objects.put([1], at: key) }
        #expect(try collect(removing: false, now: tomorrow) == keys.map(\.rawValue).sorted())
        #expect(try collect(removing: true, now: tomorrow).count == 3)
        #expect(try collect(removing: false, now: tomorrow) == [])
        #expect(try objects.get(.document(orphan)) == nil)
        #expect(try objects.get(alice.master) != nil)
        #expect(try objects.get(alice.key) != nil)
    }

    @Test func `a staged image is not garbage`() throws {
        let id = MediaID.random()
        try objects.put([1], at: .master(of: id, format: .png))
        try here.metadata.write { try $0.reserveImage(id, by: nil, at: .now) }
        #expect(try collect(removing: true, now: tomorrow) == [])
    }

    @Test func `a file younger than a day may belong to an upload in progress`() throws {
        try objects.put([1], at: .master(of: .random(), format: .png))
        #expect(try collect(removing: true) == [])
        #expect(try collect(removing: true, now: tomorrow).count == 1)
    }

    @Test func `an item that waits for its removal is not garbage`() throws {
        let image = try here.upload("alice")
        try here.metadata.write { try $0.removeImage(of: image.userID, if: .none, by: .test, at: .now) }
        #expect(try here.metadata.read { try $0.tombstones(of: nil) } == [image.id])
        #expect(try collect(removing: true, now: tomorrow) == [])
    }

    @Test func `files of interrupted writes are removed, foreign files are kept`() throws {
        let image = try here.upload("alice")
        let folder = "\(here.state)/\(ObjectKey.folder(of: image.id).rawValue)"
        try Data([1]).write(to: URL(filePath: "\(folder)/.half"))
        try Data([1]).write(to: URL(filePath: "\(here.state)/masters/\(image.id.rawValue.prefix(2))/notes"))
        #expect(try collect(removing: true, now: tomorrow) == ["\(ObjectKey.folder(of: image.id).rawValue)/.half"])
        #expect(try collect(removing: false, now: tomorrow) == [])
        #expect(try objects.get(image.key) != nil)
    }

    @Test func `the folder of an interrupted write is removed too`() throws {
        let folder = ObjectKey.masterFolder(of: .random())
        let path = "\(here.state)/\(folder.rawValue)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Data([1]).write(to: URL(filePath: "\(path)/.half"))
        #expect(try collect(removing: false).isEmpty)
        let lastWeek = Date.now.addingTimeInterval(-7 * 86_400)
        try FileManager.default.setAttributes([.modificationDate: lastWeek], ofItemAtPath: "\(path)/.half")
        #expect(try collect(removing: false) == ["\(folder.rawValue)/.half"])
        #expect(try collect(removing: true) == ["\(folder.rawValue)/.half"])
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
