import Foundation
import Imaging
import ProfileImages
@testable import Storage
import TestSupport
import Testing

@Suite struct ImportStoreTests {
    private let folder: TemporaryFolder
    private let store: any MetadataStore
    private let alice: UserID
    private let url: RemoteURL
    private let now = Date(timeIntervalSince1970: 1_795_339_505.631)

    init() throws {
        folder = try TemporaryFolder()
        store = try TestStore.make(in: folder)
        alice = try #require(UserID(rawValue: "alice"))
        url = try #require(RemoteURL(rawValue: "https://example.com/a.jpg"))
    }

    @discardableResult
    private func add(for user: UserID? = nil, source: ImageSource = .imported, at time: Date? = nil) throws -> ImportJob
    {
        let job = ImportJob(
            of: url,
            for: user ?? alice,
            ifNone: true,
            source: source,
            by: AuditActor(.apiKey, name: "k1", requestID: "r1"),
            at: time ?? now
        )
        try store.write { try $0.addImport(job, creation: .onFirstUse) }
        return job
    }

    private func take(after seconds: TimeInterval = 0, for lease: TimeInterval = 60) throws -> ImportJob? {
        let now = now.addingTimeInterval(seconds)
        return try store.takeImport(until: now.addingTimeInterval(lease), now: now, except: [])
    }

    @Test func `a process does not get its own running job again, and overruns are counted`() throws {
        let job = try add()
        #expect(try take(for: 60)?.overruns == 0)
        let later = now.addingTimeInterval(61)
        #expect(try store.takeImport(until: later + 60, now: later, except: ["other", job.id]) == nil)
        #expect(try store.takeImport(until: later + 60, now: later, except: ["other"])?.overruns == 1)
        #expect(try take(after: 200)?.overruns == 2)
    }

    @Test func `a job is read as it was added`() throws {
        #expect(try store.read { try $0.latestImport(of: alice) } == nil)
        let job = try add(source: .identity(connection: "google"))
        #expect(try store.read { try $0.latestImport(of: alice) } == job)
        #expect(job.state == .pending(last: nil))
    }

    @Test func `a job creates its user once or is refused`() throws {
        let job = ImportJob(of: url, for: alice, ifNone: false, source: .imported, by: .test, at: now)
        #expect(throws: ProfileError.unknownUser) { try store.write { try $0.addImport(job, creation: .explicit) } }
        #expect(try store.read { try $0.latestImport(of: alice) } == nil)
        try add()
        try add()
        #expect(try store.read { try $0.profile(of: alice) }?.revision == 1)
        #expect(try store.read { try $0.events(after: 0, limit: 9) }.map(\.kind) == [.profileCreated])
        try store.write { try $0.addImport(job, creation: .explicit) }
    }

    @Test func `a new job replaces a waiting job but not a running one`() throws {
        try add()
        let second = try add()
        #expect(try take()?.id == second.id)
        let third = try add()
        #expect(try store.read { try $0.latestImport(of: alice) } == third)
        // The user's other job is running.
        #expect(try take(after: 1) == nil)
        try store.write { try $0.setState(.skipped, of: second.taken(1), isFinished: true, at: now) }
        #expect(try take(after: 1)?.id == third.id)
    }

    @Test func `a job belongs to one worker until its lease ends`() throws {
        let job = try add()
        let first = try #require(try take())
        #expect(first.id == job.id)
        #expect(first.state == .running)
        #expect(first.attempts == 1)
        #expect(try take(after: 59) == nil)
        let second = try #require(try take(after: 61))
        #expect(second.attempts == 2)

        // Reports of the first worker are ignored now.
        try store.write { try $0.setState(.done(.random()), of: first, isFinished: true, at: now) }
        #expect(try store.read { try $0.latestImport(of: alice) }?.state == .running)
        let id = MediaID.random()
        try store.write { try $0.setState(.done(id), of: second, isFinished: true, at: now) }
        #expect(try store.read { try $0.latestImport(of: alice) }?.state == .done(id))
        #expect(try store.read { try $0.latestImport(of: alice) }?.finishedAt == now)
        #expect(try take(after: 1_000) == nil)
    }

    @Test func `only one of two connections takes a job`() throws {
        let other = try TestStore.make(in: folder)
        for number in 0..<20 { try add(for: UserID(rawValue: "user\(number)")) }
        let (store, now) = (store, now)
        let taken = Recorder<String>()
        DispatchQueue.concurrentPerform(iterations: 4) { number in
            while let job = try? (number.isMultiple(of: 2) ? store : other).takeImport(
                until: now + 60,
                now: now,
                except: []
            ) {
                taken.record(job.id)
            }
        }
        #expect(taken.values.count == 20)
        #expect(Set(taken.values).count == 20)
    }

    @Test func `a postponed job waits and keeps the reason`() throws {
        try add()
        let job = try #require(try take())
        let failure = ImportFailure(code: "timed-out", detail: "The server took too long.")
        try store.write {
            try $0.setState(.pending(last: failure), of: job, isFinished: false, at: now.addingTimeInterval(30))
        }
        #expect(try store.read { try $0.latestImport(of: alice) }?.state == .pending(last: failure))
        #expect(try take(after: 29) == nil)
        let again = try #require(try take(after: 30))
        try store.write { try $0.setState(.failed(failure), of: again, isFinished: true, at: now) }
        #expect(try store.read { try $0.latestImport(of: alice) }?.state == .failed(failure))
    }

    @Test func `only finished jobs are deleted after some time`() throws {
        let bob = try #require(UserID(rawValue: "bob"))
        try add()
        let taken = try #require(try take())
        try store.write { try $0.setState(.skipped, of: taken, isFinished: true, at: now) }
        try add(for: bob)
        try store.write { try $0.deleteImports(finishedBefore: now) }
        #expect(try store.read { try $0.latestImport(of: alice) } != nil)
        try store.write { try $0.deleteImports(finishedBefore: now.addingTimeInterval(1)) }
        #expect(try store.read { try $0.latestImport(of: alice) } == nil)
        #expect(try store.read { try $0.latestImport(of: bob) } != nil)
    }

    @Test func `an erased user has no jobs, and a running job cannot be finished`() throws {
        try add()
        let job = try #require(try take())
        #expect(try store.write { try $0.eraseUser(alice, by: .test, at: now) }.records["imports"] == 1)
        try store.write { try $0.setState(.skipped, of: job, isFinished: true, at: now) }
        #expect(try store.read { try $0.latestImport(of: alice) } == nil)
    }

    @Test func `the removal of an image is remembered until a new image or the user's erasure`() throws {
        func set() throws {
            let id = MediaID.random()
            let variant = ProfileImage.Variant(side: 64, format: .jpeg, byteCount: 1)
            let master = ObjectKey.master(of: id, format: .jpeg)
            try store.setImage(
                ProfileImage(id: id, userID: alice, master: master, variant: variant, createdAt: now),
                if: .none
            )
        }
        #expect(try store.read { try $0.imageRemoval(of: alice) } == nil)
        try set()
        #expect(try store.read { try $0.imageRemoval(of: alice) } == nil)
        try store.removeImage(of: alice, if: .none, at: now)
        #expect(try store.read { try $0.imageRemoval(of: alice) } == now)
        try set()
        #expect(try store.read { try $0.imageRemoval(of: alice) } == nil)
        try store.removeImage(of: alice, if: .none, at: now)
        _ = try store.write { try $0.eraseUser(alice, by: .test, at: now) }
        #expect(try store.read { try $0.imageRemoval(of: alice) } == nil)
    }
}

extension ImportJob {
    /// The job as a worker takes it.
    fileprivate func taken(_ attempts: Int, overruns: Int = 0) -> ImportJob {
        ImportJob(
            id: id,
            userID: userID,
            url: url,
            ifNone: ifNone,
            source: source,
            actor: actor,
            createdAt: createdAt,
            state: .running,
            attempts: attempts,
            overruns: overruns
        )
    }
}
