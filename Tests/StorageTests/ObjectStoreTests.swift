import Foundation
import Imaging
import ProfileImages
import Storage
import SystemPackage
import TestSupport
import Testing

/// The guarantees of every object store: each implementation must pass these tests.
@Suite struct ObjectStoreTests {
    private let folder: TemporaryFolder
    private let store: any ObjectStore
    private let image = MediaID.random()

    init() throws {
        folder = try TemporaryFolder()
        store = try FileObjectStore(root: FilePath(folder.path))
    }

    private var prefix: String { "\(ObjectKey.folder(of: image).rawValue)/" }

    private func key(_ side: Int) -> ObjectKey {
        .variant(of: image, side: side, format: .jpeg)
    }

    private func list() throws -> Set<ObjectKey> {
        Set(try store.list(prefix).map(\.key))
    }

    @Test(arguments: [0, 1, 256, 65_536, 3_000_001]) func `an object is read byte for byte`(_ count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 31) }
        try store.put(bytes, at: key(256))
        #expect(try store.get(key(256)) == bytes)
        var pieces: [UInt8] = []
        var begun: Int?
        #expect(try store.read(key(256), begin: { begun = $0 }) { pieces += $0 })
        #expect(begun == count)
        #expect(pieces == bytes)
        #expect(try store.head(key(256))?.byteCount == count)
    }

    @Test func `a missing object is nil, and its read calls no closure`() throws {
        #expect(try store.get(key(256)) == nil)
        #expect(try store.head(key(256)) == nil)
        #expect(try !store.read(key(256), begin: { _ in Issue.record() }) { _ in Issue.record() })
        #expect(try store.list(prefix).isEmpty)
        #expect(try store.unfinished(prefix, before: .distantFuture).isEmpty)
    }

    @Test func `an object is replaced as a whole`() throws {
        try store.put([1, 2, 3], at: key(64))
        try store.put([4], at: key(64))
        #expect(try store.get(key(64)) == [4])
        #expect(try list() == [key(64)])
    }

    @Test func `no reader sees a partially replaced object`() async throws {
        let versions = (0..<4).map { [UInt8](repeating: $0, count: 300_000) }
        try store.put(versions[0], at: key(64))
        let isDone = Recorder<Bool>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [self] in
                defer { isDone.record(true) }
                for round in 0..<40 { try store.put(versions[round % 4], at: key(64)) }
            }
            group.addTask { [self] in
                while isDone.values.isEmpty {
                    let bytes = try #require(try store.get(key(64)))
                    #expect(bytes.count == 300_000 && bytes.allSatisfy { $0 == bytes[0] })
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `objects can be put in a batch or one by one`() throws {
        let keys = (1...20).map(key) + [.master(of: image, format: .png), .document(image)]
        try store.put(keys.enumerated().map { (bytes: [UInt8($0)], key: $1) })
        for (index, key) in keys.enumerated() { #expect(try store.get(key) == [UInt8(index)]) }
        try store.put([])
    }

    @Test func `objects are listed by prefix, with their lengths and times`() throws {
        let start = Date.now.addingTimeInterval(-10)
        let other = ObjectKey.variant(of: .random(), side: 64, format: .png)
        try store.put([1, 2], at: key(64))
        try store.put([1], at: key(128))
        try store.put([3], at: other)
        #expect(try list() == [key(64), key(128)])
        let objects = try store.list("public/images/\(image.rawValue.prefix(2))/")
        #expect(objects.contains { $0.key == key(64) && $0.byteCount == 2 && $0.modifiedAt > start })
        #expect(Set(try store.list("public/images/").map(\.key)) == [key(64), key(128), other])
        #expect(try store.list("masters/").isEmpty)
    }

    @Test func `a deletion removes only the named objects`() throws {
        let other = ObjectKey.variant(of: .random(), side: 64, format: .png)
        for key in [key(64), key(128), key(256), other] { try store.put([1], at: key) }
        try store.delete([key(64), key(512)])
        try store.delete([key(64)])
        #expect(try list() == [key(128), key(256)])
        try store.deleteAll(prefix)
        try store.deleteAll(prefix)
        #expect(try list().isEmpty)
        #expect(try store.get(other) == [1])
        try store.delete([])
    }

    @Test func `an object can be stored after all were deleted`() throws {
        for round in 0..<3 {
            try store.put([UInt8(round)], at: key(64))
            #expect(try store.get(key(64)) == [UInt8(round)])
            try store.deleteAll(prefix)
        }
    }

    @Test func `parallel deletions of the same objects succeed`() async throws {
        for _ in 0..<30 {
            try store.put([64, 128, 256].map { (bytes: [1], key: key($0)) })
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<6 {
                    group.addTask { [self] in
                        if number.isMultiple(of: 2) {
                            try store.deleteAll(prefix)
                        } else {
                            try store.delete([64, 128, 256].map(key))
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try list().isEmpty)
        }
    }

    @Test func `writes during deletions succeed, and the last write is stored`() async throws {
        for _ in 0..<30 {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { [self] in
                    for _ in 0..<5 { try store.deleteAll(prefix) }
                }
                for side in [64, 128] {
                    group.addTask { [self] in
                        for _ in 0..<5 { try store.put([UInt8(side)], at: key(side)) }
                    }
                }
                try await group.waitForAll()
            }
            try store.put([1], at: key(256))
            #expect(try store.get(key(256)) == [1])
        }
    }

    @Test func `public and private objects are delivered in different ways`() {
        let ways = [
            store.delivery(of: key(64), .immutable), store.delivery(of: key(64), .answer),
            store.delivery(of: .document(image), .answer),
        ]
        for (index, way) in ways.enumerated() { #expect(!ways[..<index].contains(way)) }
    }

    @Test func `a working store is writable`() throws {
        try store.checkWritable()
    }
}
