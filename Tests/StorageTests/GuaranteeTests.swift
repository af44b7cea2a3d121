import Foundation
import Imaging
import ProfileImages
import TestSupport
import Testing

/// Guarantees of the store that concern several suites: parallel changes, exact texts, many users.
@Suite struct GuaranteeTests {
    private let folder: TemporaryFolder
    private let store: any MetadataStore
    private let alice: UserID

    init() throws {
        folder = try TemporaryFolder()
        store = try TestStore.make(in: folder)
        alice = try #require(UserID(rawValue: "alice"))
    }

    /// Runs `body` on several threads, each with a separate connection.
    private func inParallel(_ count: Int, _ body: @escaping @Sendable (any MetadataStore, Int) throws -> Void)
        async throws
    {
        let stores = try (0..<count).map { _ in try TestStore.make(in: folder) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, store) in stores.enumerated() {
                group.addTask { try body(PatientStore(store: store), number) }
            }
            try await group.waitForAll()
        }
    }

    @Test func `after parallel changes one image is current, and the events are in order`() async throws {
        let alice = alice
        try await inParallel(4) { store, _ in
            for _ in 0..<10 { try store.setImage(.test(of: alice), if: .none, keeping: .all) }
        }
        let media = try store.read { try $0.media(of: alice, after: nil, limit: 99) }
        #expect(media.count == 40)
        #expect(media.count(where: \.isActive) == 1)
        let events = try store.read { try $0.events(after: 0, limit: 99) }
        #expect(events.map(\.kind) == [.profileCreated, .imageSet] + Array(repeating: .imageReplaced, count: 39))
        #expect(zip(events, events.dropFirst()).allSatisfy { $0.sequence < $1.sequence })
        // Each event has the profile after its change; the first two events belong to one change.
        #expect(events.compactMap(\.profile?.revision) == [1] + (1...40).map(Int64.init))
        let current = try #require(try store.read { try $0.image(of: alice) })
        #expect(events.last?.profile?.image?.id == current.id)
    }

    @Test func `one of several parallel changes with the same precondition succeeds`() async throws {
        let first = ProfileImage.test(of: alice)
        try store.setImage(first, if: .none)
        let alice = alice
        let successes = Recorder<Bool>()
        try await inParallel(4) { store, _ in
            do {
                let condition = Precondition(ifMatch: .images([first.id]), ifNoneMatch: nil)
                try store.setImage(.test(of: alice), if: condition)
                successes.record(true)
            } catch is PreconditionFailure {}
        }
        #expect(successes.values.count == 1)
    }

    @Test func `a quota holds at its limit, also for parallel changes`() async throws {
        let alice = alice
        let refusals = Recorder<Bool>()
        let quota = UserQuota(items: 5)
        try await inParallel(4) { store, _ in
            for _ in 0..<3 {
                do {
                    try store.setImage(.test(of: alice), if: .none, keeping: .all, quota: quota)
                } catch MediaError.tooManyItems(found: 6, limit: 5) {
                    refusals.record(true)
                }
            }
        }
        #expect(refusals.values.count == 7)
        #expect(try store.read { try $0.totals(of: alice) }.items == 5)
        // A refused change adds no event, no audit row and no revision.
        #expect(try store.read { try $0.events(after: 0, limit: 99) }.count == 6)
        #expect(throws: MediaError.tooManyBytes(found: 6 * 13_100, limit: 70_000)) {
            try store.setImage(.test(of: alice), if: .none, keeping: .all, quota: UserQuota(bytes: 70_000))
        }
    }

    @Test func `texts are stored by their bytes, in any normal form`() throws {
        // "é" as one scalar and as two: they are equal in Swift, not in a database, and are different users.
        let names = ["caf\u{E9}", "cafe\u{301}", "CAF\u{C9}", "\u{1F469}\u{200D}\u{1F680}", "a'b\"c;--", "\u{202E}x"]
        for (index, name) in names.enumerated() {
            let user = try #require(UserID(rawValue: name))
            _ = try store.write { transaction in
                try transaction.updateProfile(of: user, creation: .onFirstUse, by: .test, at: .now) {
                    $0.fullName = name
                    $0.metadata = [name: .string("\(index)")]
                }
            }
        }
        #expect(try store.read { try $0.profileCount(ProfileQuery(limit: 0)) } == names.count)
        for (index, name) in names.enumerated() {
            let user = try #require(UserID(rawValue: name))
            let profile = try #require(try store.read { try $0.profile(of: user) })
            #expect(Array(profile.userID.rawValue.utf8) == Array(name.utf8))
            #expect(profile.attributes.fullName.map { Array($0.utf8) } == Array(name.utf8))
            #expect(profile.attributes.metadata.keys.first.map { Array($0.utf8) } == Array(name.utf8))
            #expect(profile.attributes.metadata[name] == .string("\(index)"))
        }
    }

    @Test func `a text with a NUL is stored completely or refused`() throws {
        let name = "a\u{0}b"
        do {
            _ = try store.write { transaction in
                try transaction.updateProfile(of: alice, creation: .onFirstUse, by: .test, at: .now) {
                    $0.fullName = name
                    $0.metadata = ["k": .string(name)]
                }
            }
            let attributes = try store.read { try $0.profile(of: alice) }?.attributes
            #expect(attributes?.fullName == name)
            #expect(attributes?.metadata == ["k": .string(name)])
        } catch is StoreError {
            #expect(try store.read { try $0.profile(of: alice) } == nil)
        }
    }

    @Test func `a page in the middle of many users takes as long as the first`() throws {
        let count = 30_000
        for start in stride(from: 0, to: count, by: 5000) {
            try store.write { transaction in
                for number in start..<start + 5000 {
                    let user = try #require(UserID(rawValue: "user\(number)"))
                    try transaction.insertProfile(of: user, revision: 1, createdAt: .now, updatedAt: .now)
                }
            }
        }
        var query = ProfileQuery(limit: 100)
        var seen = 0
        var times: [Duration] = []
        while true {
            var page: ProfilePage?
            times.append(try ContinuousClock().measure { page = try store.read { try $0.profiles(query) } })
            seen += try #require(page).profiles.count
            guard let next = page?.next else { break }
            query.after = next
        }
        #expect(seen == count)
        let (first, last) = (times.prefix(100).sorted()[50], times.suffix(100).sorted()[50])
        #expect(last < first * 3)
    }
}

/// A store that repeats its writes while another connection holds the database.
private struct PatientStore: MetadataStore {
    let store: any MetadataStore

    func read<Value>(_ body: (any ReadTransaction) throws -> Value) throws -> Value { try store.read(body) }

    func write<Value>(_ body: (any WriteTransaction) throws -> Value) throws -> Value {
        while true {
            do { return try store.write(body) } catch StoreError.busy {}
        }
    }

    func checkWritable() throws { try store.checkWritable() }
    func purgeErased() throws -> Bool { try store.purgeErased() }
}
