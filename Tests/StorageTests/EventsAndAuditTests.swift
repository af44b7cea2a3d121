import Foundation
import Imaging
import ProfileImages
@testable import Storage
import TestSupport
import Testing

@Suite struct EventsAndAuditTests {
    private let folder: TemporaryFolder
    private let store: any MetadataStore
    private let alice: UserID

    init() throws {
        folder = try TemporaryFolder()
        store = try TestStore.make(in: folder)
        alice = try #require(UserID(rawValue: "alice"))
    }

    private func image() -> ProfileImage {
        let id = MediaID.random()
        return ProfileImage(
            id: id,
            userID: alice,
            master: .master(of: id, format: .jpeg),
            variant: .init(side: 64, format: .jpeg, byteCount: 1),
            source: .identity(connection: "a b"),
            rating: .pg,
            createdAt: .now
        )
    }

    private func name(_ name: String) throws {
        _ = try store.write { transaction in
            try transaction.updateProfile(of: alice, creation: .onFirstUse, by: .test, at: .now) {
                $0.userName = name
                $0.metadata = ["a": .array([.null, .integer(1)])]
            }
        }
    }

    @Test func `every change adds an event with the profile at that time, and an audit row`() throws {
        let (first, second) = (image(), image())
        try store.setImage(first, if: .none, keeping: .all)
        try store.setImage(second, if: .none, keeping: .all)
        _ = try store.write { try $0.chooseImage(first.id, of: alice, if: .none, by: .test, at: .now) }
        try name("ann")
        try store.removeImage(of: alice, if: .none)
        _ = try store.write { try $0.removeMedia(second.id, of: alice, by: .test, at: .now) }
        let events = try store.read { try $0.events(after: 0, limit: 100) }
        let kinds: [ProfileEvent.Kind] = [
            .profileCreated, .imageSet, .imageReplaced, .imageReplaced, .profileUpdated, .imageRemoved,
        ]
        #expect(events.map(\.kind) == kinds)
        #expect(events.map { $0.profile?.image?.id } == [nil, first.id, second.id, first.id, first.id, nil])
        #expect(events.map { $0.profile?.attributes.userName } == [nil, nil, nil, nil, "ann", "ann"])
        #expect(events[3].profile?.image == first)
        #expect(
            events[4].profile
                == (try store.read { try $0.profile(of: alice) }).map {
                    Profile(
                        userID: alice,
                        attributes: $0.attributes,
                        image: first,
                        revision: events[4].profile?.revision ?? 0,
                        createdAt: $0.createdAt,
                        updatedAt: events[4].profile?.updatedAt ?? .now
                    )
                }
        )
        #expect(Set(events.map(\.id)).count == events.count)
        #expect(try store.read { try $0.events(after: events[3].sequence, limit: 1) }.map(\.kind) == [.profileUpdated])
        let audit = try store.read { try $0.auditRecords(of: alice, after: 0, limit: 100) }
        #expect(audit.map(\.action) == kinds.map { .event($0) } + [.mediaDeleted])
        #expect(audit.allSatisfy { $0.actor == .test && $0.userID == alice })
        #expect(audit.last?.subject == second.id.rawValue)
        #expect(try store.read { try $0.auditRecords(of: nil, after: audit[5].sequence, limit: 9) } == [audit[6]])
    }

    @Test func `a change without effect adds no event`() throws {
        try name("ann")
        try name("ann")
        try store.removeImage(of: alice, if: .none)
        #expect(try store.read { try $0.events(after: 0, limit: 9) }.map(\.kind) == [.profileCreated])
    }

    @Test func `a failed change adds no event`() throws {
        #expect(throws: CancellationError.self) {
            _ = try store.write { transaction in
                try transaction.updateProfile(of: alice, creation: .onFirstUse, by: .test, at: .now) { _ in
                    throw CancellationError()
                }
            }
        }
        #expect(throws: ProfileError.unknownUser) {
            let rules = MediaRules(creation: .explicit)
            return try store.write { try $0.setImage(image(), name: "", if: .none, rules: rules, by: .test) }
        }
        #expect(try store.read { try $0.events(after: 0, limit: 9) }.isEmpty)
        #expect(try store.read { try $0.auditRecords(of: nil, after: 0, limit: 9) }.isEmpty)
        #expect(try store.read { try $0.profile(of: alice) } == nil)
    }

    @Test func `creating and revoking a key adds audit rows without a user`() throws {
        let key = APIKey(id: "k1", name: "", scopes: [.read], digest: [1], createdAt: .now)
        try store.write { try $0.addAPIKey(key, by: .test) }
        #expect(try store.write { try $0.revokeAPIKey(id: "k1", by: .test, at: .now) })
        #expect(try !store.write { try $0.revokeAPIKey(id: "k1", by: .test, at: .now) })
        let audit = try store.read { try $0.auditRecords(of: nil, after: 0, limit: 9) }
        #expect(audit.map(\.action) == [.keyCreated, .keyRevoked])
        #expect(audit.allSatisfy { $0.subject == "k1" && $0.userID == nil && $0.actor == .test })
    }

    @Test func `every action has a unique name`() {
        let actions =
            ProfileEvent.Kind.allCases.map(AuditRecord.Action.event) + [
                .mediaAdded, .mediaDeleted, .mediaExpired, .uploadAllowed, .keyCreated, .keyRevoked, .exported,
                .userRestored,
            ]
        #expect(Set(actions.map(\.rawValue)).count == actions.count)
        for action in actions { #expect(AuditRecord.Action(rawValue: action.rawValue) == action) }
        #expect(AuditRecord.Action(rawValue: "other") == nil)
    }

    @Test func `images that were replaced long ago expire in batches`() throws {
        let images = (0..<4).map { _ in image() }
        for image in images { try store.setImage(image, if: .none, keeping: .all) }
        #expect(
            try store.write { try $0.expireImages(replacedBefore: .now.addingTimeInterval(-60), limit: 9, by: .test) }
                == 0
        )
        #expect(
            try store.write { try $0.expireImages(replacedBefore: .now.addingTimeInterval(60), limit: 2, by: .test) }
                == 2
        )
        #expect(
            try store.write { try $0.expireImages(replacedBefore: .now.addingTimeInterval(60), limit: 9, by: .test) }
                == 1
        )
        #expect(try store.read { try $0.image(of: alice) } == images[3])
        #expect(try store.read { try $0.tombstones(of: alice) }.count == 3)
        #expect(
            try store.read { try $0.auditRecords(of: alice, after: 0, limit: 99) }.filter { $0.action == .mediaExpired }
                .count == 3
        )
    }

    @Test func `a user cannot have two current images`() throws {
        let images = [image(), image()]
        for image in images { try store.setImage(image, if: .none, keeping: .all) }
        #expect(throws: StoreError.self) { try store.write { try $0.setCurrent(images[0].id) } }
        #expect(try store.read { try $0.image(of: alice) } == images[1])
    }
}
