import Foundation
import Imaging
import ProfileImages
import TestSupport
import Testing

@Suite struct MediaStoreTests {
    private let folder: TemporaryFolder
    private let store: any MetadataStore
    private let alice: UserID

    init() throws {
        folder = try TemporaryFolder()
        store = try TestStore.make(in: folder)
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

    @Test func `images are listed in the order of their identifiers, in pages`() throws {
        #expect(try store.read { try $0.images(after: nil, limit: 9) }.isEmpty)
        let users = try (1...5).map { try #require(UserID(rawValue: "user\($0)")) }
        let images = users.map { image(of: $0) }.sorted { $0.id.rawValue < $1.id.rawValue }
        for image in images { _ = try store.setImage(image, if: .none) }
        #expect(try store.read { try $0.imageCount() } == 5)
        #expect(try store.read { try $0.images(after: nil, limit: 3) } == Array(images[0..<3]))
        #expect(try store.read { try $0.images(after: images[2].id, limit: 3) } == Array(images[3..<5]))
        #expect(try store.read { try $0.images(after: images[4].id, limit: 3) }.isEmpty)
    }

    @Test func `a change of the default variant changes nothing else`() throws {
        let first = image(of: alice)
        _ = try store.setImage(first, if: .none)
        let variant = ProfileImage.Variant(side: 64, format: .webp, byteCount: 7)
        try store.write { try $0.setVariant(variant, of: .random()) }
        #expect(try store.read { try $0.image(of: alice) } == first)
        try store.write { try $0.setVariant(variant, of: first.id) }
        let changed = ProfileImage(
            id: first.id,
            userID: alice,
            master: first.master,
            variant: variant,
            createdAt: first.createdAt
        )
        #expect(try store.read { try $0.image(of: alice) } == changed)
    }

    @Test func `a replaced image is a tombstone until its removal is finished`() throws {
        let first = image(of: alice)
        let second = image(of: alice)
        #expect(try store.setImage(first, if: .none) == nil)
        #expect(try store.setImage(second, if: .none) == first.id)
        #expect(try store.read { try $0.image(of: alice) } == second)
        #expect(try store.read { try $0.tombstones(of: alice) } == [first.id])
        try store.write { try $0.deleteTombstone(of: first.id) }
        #expect(try store.read { try $0.tombstones(of: nil) }.isEmpty)
    }

    @Test func `a removed image is a tombstone of its user only`() throws {
        let bob = try #require(UserID(rawValue: "bob"))
        let images = [image(of: alice), image(of: bob)]
        for image in images { _ = try store.setImage(image, if: .none) }
        try store.removeImage(of: alice, if: .none)
        #expect(try store.read { try $0.image(of: alice) } == nil)
        #expect(try store.read { try $0.image(of: bob) } == images[1])
        #expect(try store.read { try $0.tombstones(of: alice) } == [images[0].id])
        #expect(try store.read { try $0.tombstones(of: bob) }.isEmpty)
        #expect(try store.read { try $0.tombstones(of: nil) } == [images[0].id])
    }

    @Test func `removing a missing image is not an error`() throws {
        try store.removeImage(of: alice, if: .none)
        #expect(try store.read { try $0.tombstones(of: nil) }.isEmpty)
    }

    @Test func `a failed precondition changes nothing`() throws {
        let first = image(of: alice)
        _ = try store.setImage(first, if: .none)
        let another = Precondition(ifMatch: .images([.random()]), ifNoneMatch: nil)
        let absent = Precondition(ifMatch: nil, ifNoneMatch: .any)
        for condition in [another, absent] {
            #expect(throws: PreconditionFailure(current: first.id)) {
                try store.setImage(image(of: alice), if: condition)
            }
        }
        #expect(throws: PreconditionFailure(current: first.id)) { try store.removeImage(of: alice, if: another) }
        #expect(try store.read { try $0.image(of: alice) } == first)
        #expect(try store.read { try $0.tombstones(of: nil) }.isEmpty)
    }

    @Test func `exactly one of many parallel replacements with If-Match succeeds`() async throws {
        let first = image(of: alice)
        _ = try store.setImage(first, if: .none)
        let winners = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    let condition = Precondition(ifMatch: .images([first.id]), ifNoneMatch: nil)
                    return (try? store.setImage(image(of: alice), if: condition)) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
    }

    @Test(arguments: ["a\u{0301}", "日本語", "o'brien\"; --", "auth0|u1", "a/b", " "])
    func `each identifier has a separate row`(_ id: String) throws {
        let user = try #require(UserID(rawValue: id))
        let own = image(of: user)
        _ = try store.setImage(own, if: .none)
        #expect(try store.read { try $0.image(of: user) } == own)
        #expect(try store.read { try $0.image(of: alice) } == nil)
    }

    @Test func `API keys are found, listed and revoked`() throws {
        let key = APIKey(
            id: "k1",
            name: "back end",
            scopes: [.admin, .read],
            digest: [1, 2, 255],
            createdAt: Date(timeIntervalSince1970: 5)
        )
        try store.write { try $0.addAPIKey(key, by: .test) }
        #expect(try store.read { try $0.apiKey(id: "k1") } == key)
        #expect(try store.read { try $0.apiKey(id: "k2") } == nil)
        #expect(try store.read { try $0.apiKeys() } == [key])
        #expect(try store.write { try $0.revokeAPIKey(id: "k1", by: .test, at: .now) })
        #expect(try !store.write { try $0.revokeAPIKey(id: "k1", by: .test, at: .now) })
        #expect(try store.read { try $0.apiKey(id: "k1") } == nil)
    }

    @Test func `a check of write access changes nothing`() throws {
        try store.checkWritable()
        #expect(try store.read { try $0.tombstones(of: nil) }.isEmpty)
    }
}
