import Foundation
import Imaging
import ProfileImages
@testable import Storage
import TestSupport
import Testing

@Suite struct StagingStoreTests {
    private let folder: TemporaryFolder
    private let store: any MetadataStore
    private let alice: UserID
    private let id = MediaID.random()

    init() throws {
        folder = try TemporaryFolder()
        store = try TestStore.make(in: folder)
        alice = try #require(UserID(rawValue: "alice"))
    }

    private func staged(by uploader: UserID? = nil) -> StagedImage {
        StagedImage(
            id: id,
            uploader: uploader,
            name: "me.jpg",
            master: .master(of: id, format: .png),
            variant: .init(side: 64, format: .jpeg, byteCount: 7),
            rating: .pg,
            digest: ContentDigest(of: [1])
        )
    }

    private func stage(by uploader: UserID? = nil, at time: Date = .now) throws {
        try store.write { try $0.reserveImage(id, by: uploader, at: time) }
        try store.write { try $0.stageImage(staged(by: uploader), quota: UserQuota(), by: .test, at: time) }
    }

    @Test func `a staged image is taken once and unchanged`() throws {
        #expect(
            try store.takeStagedImage(id) == nil
        )
        try stage()
        #expect(try store.read { try $0.master(of: id) } == staged().master)
        #expect(
            try store.takeStagedImage(id) == staged()
        )
        #expect(
            try store.takeStagedImage(id) == nil
        )
        #expect(try store.read { try $0.master(of: id) } == nil)
    }

    @Test func `a name can be reserved only once`() throws {
        try store.write { try $0.reserveImage(id, by: nil, at: .now) }
        #expect(throws: StagingError.duplicate) { try store.write { try $0.reserveImage(id, by: nil, at: .now) } }
        // An image whose upload is in progress cannot be taken.
        #expect(
            try store.takeStagedImage(id) == nil
        )
        try store.write { try $0.stageImage(staged(), quota: UserQuota(), by: .test, at: .now) }
        _ = try store.takeStagedImage(id)
        #expect(try !store.read { try $0.referenced([id]) }.isEmpty)
        #expect(throws: StagingError.duplicate) { try store.write { try $0.reserveImage(id, by: nil, at: .now) } }
    }

    @Test func `a reservation without an image can be deleted`() throws {
        try store.write { try $0.reserveImage(id, by: nil, at: .now) }
        try store.write { try $0.deleteReservation(of: id) }
        #expect(try store.read { try $0.referenced([id]) }.isEmpty)
        try stage()
        try store.write { try $0.deleteReservation(of: id) }
        #expect(try store.read { try $0.master(of: id) } != nil)
    }

    @Test func `the name of a user's image is referenced too`() throws {
        let image = ProfileImage(
            id: id,
            userID: alice,
            master: .master(of: id, format: .jpeg),
            variant: .init(side: 64, format: .jpeg, byteCount: 1),
            createdAt: .now
        )
        try store.setImage(image, if: .none)
        #expect(try !store.read { try $0.referenced([id]) }.isEmpty)
        try store.removeImage(of: alice, if: .none)
        // Its files still exist.
        #expect(try !store.read { try $0.referenced([id]) }.isEmpty)
        #expect(try store.read { try $0.master(of: id) } == nil)
    }

    @Test func `an expired staged image becomes a tombstone, a taken one does not`() throws {
        let old = Date.now.addingTimeInterval(-100)
        try stage(at: old)
        #expect(try store.read { try $0.referenced([id]) } == [id])
        #expect(
            try store.write { try $0.expireStagedImages(before: old.addingTimeInterval(-1), limit: 10, by: .test) } == 0
        )
        #expect(try store.write { try $0.expireStagedImages(before: .now, limit: 10, by: .test) } == 1)
        #expect(try store.read { try $0.tombstones(of: nil) } == [id])
        let actions = try store.read { try $0.auditRecords(of: nil, after: 0, limit: 10) }.map(\.action)
        #expect(actions == [.mediaAdded, .mediaExpired])
    }

    @Test func `a taken image survives the end of its reservation`() throws {
        let old = Date.now.addingTimeInterval(-100)
        try stage(at: old)
        let staged = try #require(
            try store.takeStagedImage(id)
        )
        let image = ProfileImage(
            id: id,
            userID: alice,
            master: staged.master,
            variant: staged.variant,
            createdAt: .now
        )
        try store.setImage(image, if: .none)
        #expect(try store.write { try $0.expireStagedImages(before: .now, limit: 10, by: .test) } == 1)
        #expect(try store.read { try $0.tombstones(of: nil) } == [])
        #expect(try store.read { try $0.image(of: alice) }?.id == id)
    }

    @Test func `an unfinished upload is removed`() throws {
        try store.write { try $0.reserveImage(id, by: nil, at: .now.addingTimeInterval(-100)) }
        #expect(try store.write { try $0.expireStagedImages(before: .now, limit: 10, by: .test) } == 1)
        // Its files may exist.
        #expect(try store.read { try $0.tombstones(of: nil) } == [id])
        #expect(try store.read { try $0.auditRecords(of: nil, after: 0, limit: 10) }.map(\.action) == [])
    }

    @Test func `only a known user can stage an image, and an erasure removes it`() throws {
        #expect(throws: StagingError.unknownUploader) {
            try store.write { try $0.reserveImage(id, by: alice, at: .now) }
        }
        try store.change("alice")
        try stage(by: alice)
        #expect(try store.write { try $0.eraseUser(alice, by: .test, at: .now) }.records["stagedImages"] == 1)
        #expect(try store.read { try $0.tombstones(of: alice) } == [id])
        #expect(
            try store.takeStagedImage(id) == nil
        )
    }

    @Test func `a user who is erased during the upload leaves no image`() throws {
        try store.change("alice")
        try store.write { try $0.reserveImage(id, by: alice, at: .now) }
        _ = try store.write { try $0.eraseUser(alice, by: .test, at: .now) }
        #expect(throws: StagingError.unknownUploader) {
            try store.write { try $0.stageImage(staged(by: alice), quota: UserQuota(), by: .test, at: .now) }
        }
    }
}
