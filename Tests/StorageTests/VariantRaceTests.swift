import Foundation
import Imaging
import Logging
import ProfileImages
import Storage
import SystemPackage
import TestSupport
import Testing

/// Renders a variant while its image is deleted.
@Suite struct VariantRaceTests {
    private let folder: TemporaryFolder
    private let metadata: any MetadataStore
    private let alice: ProfileImages.UserID

    init() throws {
        folder = try TemporaryFolder()
        metadata = try TestStore.make(in: folder)
        let user: ProfileImages.UserID? = .init(rawValue: "alice")
        alice = try #require(user)
    }

    @Test(arguments: [PausingObjects.Point.beforePut, .afterPut])
    func `the rendering leaves no file, wherever it pauses`(_ point: PausingObjects.Point) throws {
        let files = try FileObjectStore(root: FilePath("\(folder.path)/state"))
        let objects = PausingObjects(files, point)
        let image = try store(in: files)
        let processor = ImageProcessor(
            limits: ImageLimits(),
            output: ImageOutput(sides: [16, 32], formats: [.png]),
            memory: MemoryBudget(),
            decoder: ImagePipeline()
        )
        let variants = VariantService(processor: processor, metadata: metadata, objects: objects)
        let outcome = Recorder<Result<VariantService.Rendition?, any Error>>()
        Thread.detachNewThread {
            let result = Result { try variants.variant(of: image.id, side: 16, format: .png) }
            outcome.record(result)
        }
        #expect(waitUntil { !objects.paused.values.isEmpty })
        try metadata.write { try $0.removeImage(of: alice, if: .none, by: .test, at: .now) }
        try DeletionQueue(metadata: metadata, objects: files, logger: Logger(label: "test")).finish(of: alice)
        objects.resumed.record(true)
        #expect(waitUntil { !outcome.values.isEmpty })
        #expect(try #require(outcome.values.first).get() == nil)
        #expect(try files.list("public/").isEmpty)
        #expect(try files.list("masters/").isEmpty)
        #expect(try metadata.read { try $0.tombstones(of: nil) }.isEmpty)
    }

    private func store(in files: FileObjectStore) throws -> ProfileImage {
        let image = ProfileImage.test(of: alice)
        // One white pixel, GIF89a: `VariantService` reads masters of any format.
        let gif =
            Array("GIF89a".utf8) + [
                1, 0, 1, 0, 0x80, 0, 0, 255, 255, 255, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B,
            ]
        try files.put(gif, at: image.master)
        try metadata.setImage(image, if: .none)
        return image
    }
}

/// A store whose writer pauses once, before or after the object is stored.
final class PausingObjects: ObjectStore {
    enum Point: Sendable {
        case beforePut
        case afterPut
    }

    private let objects: FileObjectStore
    private let point: Point
    let paused = Recorder<Bool>()
    let resumed = Recorder<Bool>()

    init(_ objects: FileObjectStore, _ point: Point) {
        self.objects = objects
        self.point = point
    }

    private func pause() {
        paused.record(true)
        waitUntil { !resumed.values.isEmpty }
    }

    func put(_ bytes: [UInt8], at key: ObjectKey) throws {
        if point == .beforePut { pause() }
        try objects.put(bytes, at: key)
        if point == .afterPut { pause() }
    }

    func put(_ new: [(bytes: [UInt8], key: ObjectKey)]) throws { try objects.put(new) }
    func get(_ key: ObjectKey) throws -> [UInt8]? { try objects.get(key) }
    func read(_ key: ObjectKey, begin: (_ byteCount: Int) -> Void, _ take: ([UInt8]) -> Void) throws -> Bool {
        try objects.read(key, begin: begin, take)
    }
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
