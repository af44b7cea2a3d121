import Foundation
import Imaging
import ProfileImages
@testable import Storage
import TestSupport
import Testing

@Suite struct UploadStoreTests {
    private let folder: TemporaryFolder
    private let store: any MetadataStore
    private let alice: UserID

    init() throws {
        folder = try TemporaryFolder()
        store = try TestStore.make(in: folder)
        alice = try #require(UserID(rawValue: "alice"))
    }

    private func add(_ id: String, expiresAt: Date = .now.addingTimeInterval(60)) throws {
        let upload = PresignedUpload(id: id, userID: alice, expiresAt: expiresAt, maxBytes: 1000)
        try store.write { try $0.addUpload(upload, creation: .onFirstUse, by: .test, at: .now) }
    }

    private func image() -> ProfileImage {
        let id = MediaID.random()
        return ProfileImage(
            id: id,
            userID: alice,
            master: .master(of: id, format: .jpeg),
            variant: .init(side: 64, format: .jpeg, byteCount: 1),
            createdAt: .now
        )
    }

    private func set(_ image: ProfileImage, using id: String) throws {
        let rules = MediaRules(creation: .onFirstUse, keeping: .newest(0))
        try store.write { transaction in
            try transaction.useUpload(id, for: image.id, at: .now)
            _ = try transaction.setImage(image, name: "", if: .none, rules: rules, by: .test)
        }
    }

    @Test func `an upload is used once`() throws {
        try add("u1")
        try store.read { try $0.checkUpload("u1") }
        let first = image()
        try set(first, using: "u1")
        #expect(throws: UploadError.used) { try store.read { try $0.checkUpload("u1") } }
        #expect(throws: UploadError.used) { try set(image(), using: "u1") }
        #expect(try store.read { try $0.image(of: alice) } == first)
        #expect(throws: UploadError.withdrawn) { try store.read { try $0.checkUpload("u2") } }
    }

    @Test func `one of many parallel uses succeeds`() async throws {
        try add("u1")
        let winners = await withTaskGroup(of: MediaID?.self) { group in
            for _ in 0..<8 {
                group.addTask { [self] in
                    let image = image()
                    return (try? set(image, using: "u1")) == nil ? nil : image.id
                }
            }
            return await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
        }
        #expect(winners.count == 1)
        #expect(try store.read { try $0.image(of: alice) }?.id == winners.first)
        #expect(try store.read { try $0.media(of: alice, after: nil, limit: 9) }.count == 1)
    }

    @Test func `an image that is not set leaves the upload unused`() throws {
        try add("u1")
        #expect(throws: PreconditionFailure.self) {
            try store.write { transaction in
                let image = image()
                let condition = Precondition(ifMatch: .any, ifNoneMatch: nil)
                let rules = MediaRules(creation: .onFirstUse)
                try transaction.useUpload("u1", for: image.id, at: .now)
                return try transaction.setImage(image, name: "", if: condition, rules: rules, by: .test)
            }
        }
        try store.read { try $0.checkUpload("u1") }
        try set(image(), using: "u1")
    }

    @Test func `an erased user's uploads are withdrawn, and the receipt counts them`() throws {
        try add("u1")
        try add("u2")
        let receipt = try store.write { try $0.eraseUser(alice, by: .test, at: .now) }
        #expect(receipt.records["uploads"] == 2)
        #expect(throws: UploadError.withdrawn) { try set(image(), using: "u1") }
        #expect(try store.read { try $0.profile(of: alice) } == nil)
    }

    @Test func `expired uploads are forgotten, but not at once`() throws {
        try add("old", expiresAt: .now.addingTimeInterval(-3600))
        try add("new", expiresAt: .now.addingTimeInterval(-1))
        try add("u1")
        #expect(throws: UploadError.withdrawn) { try store.read { try $0.checkUpload("old") } }
        try store.read { try $0.checkUpload("new") }
    }

    @Test func `with explicit profiles an unknown user gets no upload`() throws {
        let upload = PresignedUpload(id: "u1", userID: alice, expiresAt: .now, maxBytes: 1)
        #expect(throws: ProfileError.unknownUser) {
            try store.write { try $0.addUpload(upload, creation: .explicit, by: .test, at: .now) }
        }
        #expect(try store.read { try $0.auditRecords(of: nil, after: 0, limit: 9) }.isEmpty)
    }

    @Test func `the secret stays the same, and each database has another`() throws {
        let secret = try store.instanceSecret()
        #expect(secret.count == 32)
        #expect(try store.instanceSecret() == secret)
        #expect(try TestStore.make(in: folder).instanceSecret() == secret)
        #expect(try TestStore.make(in: folder, "other").instanceSecret() != secret)
    }
}
