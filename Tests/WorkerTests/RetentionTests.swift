import Foundation
import Imaging
import Logging
import ProfileImages
import Storage
import TestSupport
import Testing
import struct SystemPackage.FilePath

@testable import Worker

@Suite struct RetentionTests {
    private let folder: TemporaryFolder
    private let store: SQLiteMetadataStore
    private let objects: FileObjectStore
    private let alice: UserID

    init() throws {
        folder = try TemporaryFolder()
        store = try SQLiteMetadataStore(path: "\(folder.path)/test.sqlite")
        objects = try FileObjectStore(root: FilePath(folder.path))
        alice = try #require(UserID(rawValue: "alice"))
    }

    private func retention(keepEvents: TimeInterval = 1000, keepReplaced: TimeInterval? = nil) -> Retention {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let removals = DeletionQueue(metadata: store, objects: objects, logger: logger)
        return Retention(
            keepEvents: keepEvents,
            keepReplaced: keepReplaced,
            keepStaged: 1000,
            store: store,
            removals: removals,
            logger: logger
        )
    }

    /// Sets an image with a file.
    private func setImage(at time: Date) throws -> ProfileImage {
        let id = MediaID.random()
        let image = ProfileImage(
            id: id,
            userID: alice,
            master: .variant(of: id, side: 64, format: .jpeg),
            variant: .init(side: 64, format: .jpeg, byteCount: 3),
            createdAt: time
        )
        try objects.put([1, 2, 3], at: image.key)
        _ = try store.write { transaction in
            try transaction.setImage(
                image,
                name: "",
                if: .none,
                rules: MediaRules(creation: .onFirstUse),
                by: AuditActor(.command, name: "test")
            )
        }
        return image
    }

    @Test func `the words of erased users are removed from the database's files`() throws {
        let actor = AuditActor(.command, name: "test")
        let retention = retention()
        _ = try store.write { transaction in
            try transaction.updateProfile(
                of: alice,
                creation: .onFirstUse,
                ifRevision: nil,
                image: nil,
                by: actor,
                at: .now
            ) { $0.givenName = "Zaphodbeeblebrox" }
        }
        func isThere() throws -> Bool {
            try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("test.sqlite") }
                .contains { name in
                    let bytes = try Data(contentsOf: URL(filePath: "\(folder.path)/\(name)"))
                    return String(decoding: bytes, as: UTF8.self).lowercased().contains("zaphodbeeblebrox")
                }
        }
        _ = try store.write { try $0.eraseUser(alice, by: actor, at: .now) }
        #expect(try isThere(), "there is nothing to purge")
        while try retention.removeSome() {}
        #expect(try !isThere())
        // The same for a user who is erased later.
        _ = try store.write { transaction in
            try transaction.updateProfile(
                of: alice,
                creation: .onFirstUse,
                ifRevision: nil,
                image: nil,
                by: actor,
                at: .now
            ) { $0.givenName = "Zaphodbeeblebrox" }
        }
        _ = try store.write { try $0.eraseUser(alice, by: actor, at: .now) }
        while try retention.removeSome() {}
        #expect(try !isThere())
    }

    @Test func `deliveries that a wrong clock postponed for years become due again`() throws {
        let webhook = try Webhook.test()
        try store.write { try $0.addWebhook(webhook) }
        let ahead = Date.now.addingTimeInterval(10 * 365 * 86_400)
        for time in [ahead, .now] {
            _ = try store.write { transaction in
                try transaction.updateProfile(
                    of: alice,
                    creation: .onFirstUse,
                    ifRevision: nil,
                    by: AuditActor(.command, name: "test"),
                    at: time
                ) { $0.fullName = "\(time)" }
            }
        }
        try store.write { try $0.setPaused(webhook: webhook.id, until: ahead) }
        let due = { try store.read { try $0.webhooksWithDueDeliveries(at: .now) } }
        #expect(try due().isEmpty)
        _ = try retention().removeSome()
        #expect(try due() == [webhook.id])
        let end = Date.now.addingTimeInterval(30)
        let taken = try store.takeDeliveries(for: webhook.id, limit: 9, length: 9, until: end, now: .now)
        // No event is lost, and the order follows the changes, not the clock.
        #expect(taken?.queues.flatMap(\.deliveries).map(\.event.kind) == [.profileCreated, .profileUpdated])
        // A delivery that is postponed for an ordinary time stays postponed.
        _ = try retention().removeSome()
        #expect(try due().isEmpty)
    }

    @Test func `a bulk job is deleted after a day`() throws {
        let job = BulkJob(createdAt: .now, parameters: [:])
        try store.write { try $0.insertBulkJob(job) }
        _ = try retention().removeSome(now: .now.addingTimeInterval(86_000))
        #expect(try store.read { try $0.bulkJob(job.id) } == job)
        _ = try retention().removeSome(now: .now.addingTimeInterval(86_500))
        #expect(try store.read { try $0.bulkJob(job.id) } == nil)
    }

    @Test func `a staged image is removed after its time`() throws {
        let id = MediaID.random()
        try store.write { try $0.reserveImage(id, by: nil, at: .now) }
        let key = ObjectKey.variant(of: id, side: 64, format: .jpeg)
        try objects.put([1, 2, 3], at: key)
        let retention = retention()
        #expect(try !retention.removeSome(now: .now.addingTimeInterval(999)))
        #expect(try objects.head(key) != nil)
        #expect(try !retention.removeSome(now: .now.addingTimeInterval(1001)))
        #expect(try objects.head(key) == nil)
    }

    @Test func `events are deleted after their retention time`() throws {
        for _ in 0..<600 { try store.change("alice") }
        let retention = retention()
        #expect(try !retention.removeSome())
        #expect(try store.read { try $0.events(after: 0, limit: 1000) }.count == 600)
        let later = Date.now.addingTimeInterval(1001)
        #expect(try retention.removeSome(now: later))
        #expect(try !retention.removeSome(now: later))
        #expect(try store.read { try $0.events(after: 0, limit: 1000) }.isEmpty)
    }

    @Test func `a replaced image and its files are removed after its retention time`() throws {
        let old = Date.now.addingTimeInterval(-5000)
        let images = try (0..<3).map { try setImage(at: old.addingTimeInterval(Double($0) * 2000)) }
        // The first image was replaced 3000 seconds ago, the second 1000 seconds ago.
        _ = try retention(keepEvents: 86_400).removeSome()
        #expect(try store.read { try $0.media(of: alice, after: nil, limit: 9) }.count == 3)
        _ = try retention(keepEvents: 86_400, keepReplaced: 2000).removeSome()
        #expect(
            try store.read { try $0.media(of: alice, after: nil, limit: 9) }.map(\.id) == [images[2].id, images[1].id]
        )
        #expect(try images.map { try objects.head($0.key) != nil } == [false, true, true])
        #expect(try store.read { try $0.auditRecords(of: alice, after: 0, limit: 99) }.last?.action == .mediaExpired)
    }

    @Test func `earlier failed removals of files are repeated`() throws {
        let image = try setImage(at: .now)
        let actor = AuditActor(.command, name: "test")
        try store.write { try $0.removeImage(of: alice, if: .none, by: actor, at: .now) }
        #expect(try objects.head(image.key) != nil)
        _ = try retention().removeSome()
        #expect(try objects.head(image.key) == nil)
        #expect(try store.read { try $0.tombstones(of: nil) }.isEmpty)
    }
}
