import FoundationEssentials
import Imaging
import ProfileImages
@testable import Storage
import TestSupport
import Testing

@Suite struct AvatarStoreTests {
    private let folder: TemporaryFolder
    private let store: any MetadataStore
    private let address: EmailAddress

    init() throws {
        folder = try TemporaryFolder()
        store = try TestStore.make(in: folder)
        address = try #require(EmailAddress(rawValue: "Ann@Example.com"))
    }

    private func user(_ name: String, email: EmailAddress?) throws -> UserID {
        let user = try #require(UserID(rawValue: name))
        _ = try store.write { transaction in
            try transaction.updateProfile(of: user, creation: .onFirstUse, by: .test, at: .now) {
                $0.userName = name
                $0.email = email
            }
        }
        return user
    }

    private func image(of user: UserID) -> ProfileImage {
        let id = MediaID.random()
        return ProfileImage(
            id: id,
            userID: user,
            master: .master(of: id, format: .png),
            variant: .init(side: 64, format: .jpeg, byteCount: 1),
            rating: .pg,
            createdAt: .now
        )
    }

    private var digests: [EmailDigest] {
        [address.md5, address.sha256, address.md5.uppercased()].compactMap(EmailDigest.init)
    }

    @Test func `both digests find the current image of the address's owner`() throws {
        let ann = try user("ann", email: address)
        for digest in digests { #expect(try store.read({ try $0.image(ofEmail: digest) }) == nil) }
        try store.setImage(image(of: ann), if: .none, keeping: .all)
        let current = image(of: ann)
        try store.setImage(current, if: .none, keeping: .all)
        for digest in digests { #expect(try store.read({ try $0.image(ofEmail: digest) }) == current) }
        _ = try user("ann", email: nil)
        for digest in digests { #expect(try store.read({ try $0.image(ofEmail: digest) }) == nil) }
    }

    @Test func `the first of several owners with an image counts`() throws {
        _ = try user("first", email: address)
        let (second, third) = (try user("second", email: address), try user("third", email: address))
        try store.setImage(image(of: third), if: .none)
        let expected = image(of: second)
        try store.setImage(expected, if: .none)
        #expect(try store.read { try $0.image(ofEmail: digests[0]) } == expected)
    }

    @Test(arguments: ["", "abc", "0bc83cb571cd1c50ba6f3e8a78ef134g", "0bc83cb571cd1c50ba6f3e8a78ef13466"])
    func `any other text is not a digest`(_ text: String) {
        #expect(EmailDigest(text) == nil)
    }

    @Test func `a profile is created with its first image and keeps its image`() throws {
        let ann = try #require(UserID(rawValue: "ann"))
        let (first, other) = (image(of: ann), image(of: ann))
        for image in [first, other] {
            let result = try store.write { transaction in
                try transaction.updateProfile(
                    of: ann,
                    creation: .onFirstUse,
                    ifRevision: nil,
                    image: (image, "a.png"),
                    by: .test,
                    at: .now
                ) { $0.userName = image.id.rawValue }
            }
            #expect(result.profile.image == first)
        }
        #expect(try store.read { try $0.media(of: ann, after: nil, limit: 10) }.map(\.name) == ["a.png"])
        #expect(
            try store.read { try $0.events(after: 0, limit: 10) }.map(\.kind) == [
                .profileCreated, .imageSet, .profileUpdated,
            ]
        )
    }
}
