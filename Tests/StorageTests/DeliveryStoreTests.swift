import Foundation
import ProfileImages
import TestSupport
import Testing

@testable import Storage

@Suite struct DeliveryStoreTests {
    private let folder: TemporaryFolder
    private let store: any MetadataStore
    private let webhook: Webhook
    /// A time later than any change of a test.
    private let later = Date.now.addingTimeInterval(10)

    init() throws {
        folder = try TemporaryFolder()
        store = try TestStore.make(in: folder)
        webhook = try .test()
        try store.write { try $0.addWebhook(webhook) }
    }

    private func sequences(_ queues: [DeliveryQueue]?) -> [Int64] {
        (queues ?? []).flatMap(\.deliveries).map(\.event.sequence)
    }

    @Test func `a change and its delivery are stored together or not at all`() throws {
        let alice = try store.change("alice")
        struct Refusal: Error {}
        #expect(throws: Refusal.self) {
            try store.write { transaction in
                try transaction.updateProfile(of: alice, creation: .onFirstUse, by: .test, at: .now) { _ in
                    throw Refusal()
                }
            }
        }
        let queues = try #require(try store.take(webhook))
        #expect(queues.count == 1)
        #expect(queues.first?.deliveries.map(\.event) == (try store.read { try $0.events(after: 0, limit: 9) }))
        #expect(queues.first?.deliveries.first?.event.changedBy == "test")
    }

    @Test func `a webhook gets only its kinds of events, and only events after its creation`() throws {
        let images = try Webhook.test(kinds: [.imageSet, .imageRemoved, .profileErased])
        let alice = try store.change("alice")
        try store.write { try $0.addWebhook(images) }
        try store.setImage(.test(of: alice), if: .none)
        try store.setImage(.test(of: alice), if: .none)
        try store.removeImage(of: alice, if: .none)
        let kinds = { (webhook: Webhook) in try store.take(webhook)?.flatMap(\.deliveries).map(\.event.kind) }
        #expect(try kinds(webhook) == [.profileCreated, .imageSet, .imageReplaced, .imageRemoved])
        #expect(try kinds(images) == [.imageSet, .imageRemoved])
    }

    @Test func `a queue has one user's events in order, without the delivered ones`() throws {
        for user in ["alice", "bob", "alice", "alice"] { try store.change(user) }
        let queues = try #require(try store.take(webhook, now: later))
        #expect(queues.map(\.userID.rawValue) == ["alice", "bob"])
        #expect(queues.map { sequences([$0]) } == [[1, 3, 4], [2]])
        try store.finish(queues[0], delivered: 2)
        try store.finish(queues[1], delivered: 1)
        #expect(sequences(try store.take(webhook, now: later)) == [4])
        #expect(try #require(try store.read { try $0.deliveryCounts() }[webhook.id]) == (1, 0))
    }

    @Test func `a taken queue is not given to another worker until its lease ends`() throws {
        try store.change("alice")
        let first = try #require(try store.take(webhook, now: later)?.first)
        try store.change("alice")
        #expect(try store.take(webhook, now: later)?.isEmpty == true)
        #expect(try store.read { try $0.webhooksWithDueDeliveries(at: later) }.isEmpty)

        // The worker was killed or is very slow: another worker takes over, and later reports of the first are ignored.
        let second = try #require(try store.take(webhook, now: later.addingTimeInterval(61))?.first)
        #expect(sequences([second]) == [1, 2])
        try store.finish(first, delivered: 1)
        #expect(try store.read { try $0.deliveryCounts() }[webhook.id]?.pending == 2)
        try store.finish(second, delivered: 2)
        #expect(try store.read { try $0.deliveryCounts() }[webhook.id] == nil)
    }

    @Test func `two workers never take the same queue`() async throws {
        for number in 0..<200 { try store.change("user\(number)") }
        let taken = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let own = try TestStore.make(in: folder)
                    var users: [String] = []
                    while let queues = try own.take(webhook, limit: 7, now: later), !queues.isEmpty {
                        users += queues.map(\.userID.rawValue)
                    }
                    return users
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(taken.count == 200)
        #expect(Set(taken).count == 200)
    }

    @Test func `a failed delivery delays the later ones of its user, not of other users`() throws {
        try store.change("alice")
        let queue = try #require(try store.take(webhook, now: later)?.first)
        let retry = later.addingTimeInterval(300)
        try store.finish(queue, delivered: 0, .postponed(until: retry, failures: 3, because: "HTTP 500"))
        try store.change("alice")
        try store.change("bob")
        #expect(try store.take(webhook, now: retry.addingTimeInterval(-1))?.map(\.userID.rawValue) == ["bob"])
        let again = try #require(try store.take(webhook, now: retry)?.first)
        #expect(again.failures == 3)
        #expect(sequences([again]) == [1, 2])
    }

    @Test func `after a dead delivery the later ones continue`() throws {
        for _ in 0..<3 { try store.change("alice") }
        let queue = try #require(try store.take(webhook, now: later)?.first)
        try store.finish(queue, delivered: 1, .dead(failures: 12, because: "HTTP 500"))
        let rest = try #require(try store.take(webhook, now: later)?.first)
        #expect(sequences([rest]) == [3])
        #expect(rest.failures == 0)
        #expect(try #require(try store.read { try $0.deliveryCounts() }[webhook.id]) == (1, 1))
    }

    @Test func `a queue that was given back unsent keeps its position`() throws {
        for user in ["zoe", "bob"] { try store.change(user) }
        let queue = try #require(try store.take(webhook, limit: 1, now: later)?.first)
        #expect(queue.userID.rawValue == "zoe")
        try store.finish(queue, delivered: 0, at: later)
        #expect(try store.take(webhook, limit: 1, now: later)?.first?.userID.rawValue == "zoe")
    }

    @Test func `a long queue is taken in parts`() throws {
        for _ in 0..<5 { try store.change("alice") }
        let queue = try #require(try store.take(webhook, length: 2, now: later)?.first)
        #expect(sequences([queue]) == [1, 2])
        try store.finish(queue, delivered: 2)
        #expect(sequences(try store.take(webhook, length: 2, now: later)) == [3, 4])
    }

    @Test func `an erased user's events are deleted, and only the erasure is delivered`() throws {
        let alice = try store.change("alice")
        try store.change("bob")
        let waiting = try #require(try store.take(webhook, limit: 1, now: later)?.first)
        try store.finish(waiting, delivered: 0, .postponed(until: .distantFuture, failures: 5, because: "HTTP 500"))
        #expect(try store.write { try $0.eraseUser(alice, by: .test, at: .now) }.records["events"] == 1)
        let queues = try #require(try store.take(webhook, now: later))
        #expect(queues.map(\.userID.rawValue).sorted() == ["alice", "bob"])
        let erasure = try #require(queues.first { $0.userID == alice }?.deliveries)
        #expect(erasure.map(\.event.kind) == [.profileErased])
        #expect(erasure.first?.event.profile == nil)
    }

    @Test func `an erasure is delivered after the events that are being sent`() throws {
        let alice = try store.change("alice")
        let sending = try #require(try store.take(webhook, now: later)?.first)
        _ = try store.write { try $0.eraseUser(alice, by: .test, at: .now) }
        #expect(try store.take(webhook, now: later)?.isEmpty == true)
        try store.finish(sending, delivered: 1)
        #expect(try store.take(webhook, now: later)?.first?.deliveries.map(\.event.kind) == [.profileErased])
    }

    @Test func `an erasure does not wait for the retry of an earlier failure`() throws {
        let alice = try store.change("alice")
        let sending = try #require(try store.take(webhook, now: later)?.first)
        _ = try store.write { try $0.eraseUser(alice, by: .test, at: .now) }
        try store.finish(sending, delivered: 0, .postponed(until: .distantFuture, failures: 9, because: "HTTP 500"))
        let queue = try #require(try store.take(webhook, now: later)?.first)
        #expect(queue.deliveries.map(\.event.kind) == [.profileErased])
    }

    @Test func `events are replayed by identifier, by time, or because they are dead`() throws {
        try store.change("alice", at: Date(timeIntervalSince1970: 1000))
        try store.change("bob", at: Date(timeIntervalSince1970: 2000))
        for queue in try #require(try store.take(webhook, now: later)) { try store.finish(queue, delivered: 1) }
        let events = try store.read { try $0.events(after: 0, limit: 9) }
        #expect(try store.replay(.dead) == 0)
        #expect(try store.replay(.event("evt_0")) == 0)

        #expect(try store.replay(.event(events[1].id)) == 1)
        // An event that already waits is not delivered twice.
        #expect(try store.replay(.since(Date(timeIntervalSince1970: 1500))) == 0)
        #expect(try store.replay(.since(Date(timeIntervalSince1970: 1000))) == 1)
        let queues = try #require(try store.take(webhook, now: later))
        #expect(Set(sequences(queues)) == [1, 2])

        for queue in queues { try store.finish(queue, delivered: 0, .dead(failures: 1, because: "HTTP 400")) }
        #expect(try store.take(webhook, now: later)?.isEmpty == true)
        #expect(try store.replay(.dead, to: webhook.id) == 2)
        #expect(Set(sequences(try store.take(webhook, now: later))) == [1, 2])
        #expect(try #require(try store.read { try $0.deliveryCounts() }[webhook.id]) == (2, 0))
    }

    @Test func `a replay goes to the webhooks that want the event, or to a named one`() throws {
        let images = try Webhook.test(kinds: [.imageSet])
        try store.change("alice")
        try store.write { try $0.addWebhook(images) }
        #expect(try store.replay(.since(.distantPast)) == 0)
        #expect(try store.replay(.since(.distantPast), to: images.id) == 1)
        #expect(try store.take(images, now: later)?.count == 1)
    }

    @Test func `old events without pending deliveries are deleted with their dead deliveries`() throws {
        let old = Date(timeIntervalSince1970: 1000)
        for user in ["alice", "bob", "carol"] { try store.change(user, at: old) }
        try store.change("dora")
        let queues = try #require(try store.take(webhook, now: later))
        try store.finish(queues[0], delivered: 1)
        try store.finish(queues[1], delivered: 0, .dead(failures: 12, because: "HTTP 500"))
        let limit = Date(timeIntervalSince1970: 2000)
        #expect(try store.write { try $0.deleteEvents(before: limit, limit: 1) } == 1)
        #expect(try store.write { try $0.deleteEvents(before: limit, limit: 10) } == 1)
        #expect(try store.write { try $0.deleteEvents(before: limit, limit: 10) } == 0)
        #expect(try store.read { try $0.events(after: 0, limit: 9) }.map(\.userID.rawValue) == ["carol", "dora"])
        #expect(try #require(try store.read { try $0.deliveryCounts() }[webhook.id]) == (2, 0))
    }
}
