import Curl
import Foundation
import LocalHTTP
import Logging
import ProfileImages
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Worker

@Suite struct WebhookDeliveryTests {
    private let folder: TemporaryFolder
    private let store: SQLiteMetadataStore

    init() throws {
        folder = try TemporaryFolder()
        store = try SQLiteMetadataStore(path: "\(folder.path)/test.sqlite")
    }

    private func add(_ url: String) throws -> Webhook {
        let webhook = try Webhook.test(url)
        try store.write { try $0.addWebhook(webhook) }
        return webhook
    }

    /// Runs a worker until `condition` holds or `time` has passed.
    private func work(within time: Duration = .seconds(20), until condition: () throws -> Bool) throws {
        let delivery = WebhookDelivery(
            store: store,
            urls: PictureURLs(base: "", defaultImage: DefaultImage(.none, side: 0), pseudonyms: .unkeyed),
            policy: .webhook(userAgent: "portraitd/test"),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let worker = try Worker([delivery.job], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try worker.start()
        #expect(try waitUntil(within: time, condition))
        worker.stop()
        #expect(worker.join(within: .seconds(5)))
    }

    private func pending(_ webhook: Webhook) throws -> Int {
        try store.read { try $0.deliveryCounts() }[webhook.id]?.pending ?? 0
    }

    /// The user and the number of each received event.
    private func received(_ server: LocalServer) -> [(user: String, sequence: Int)] {
        server.requests.compactMap { request in
            guard let json = try? JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any],
                let user = json["subject"] as? String,
                let sequence = (json["sequence"] as? String).flatMap({ Int($0, radix: 16) })
            else { return nil }
            return (user, sequence)
        }
    }

    private func expectInOrder(_ server: LocalServer, count: Int) {
        let received = received(server)
        #expect(received.count == count)
        for (user, events) in Dictionary(grouping: received, by: \.user) {
            #expect(events.map(\.sequence) == events.map(\.sequence).sorted(), "\(user)")
        }
    }

    @Test func `every event arrives, each user's in order`() throws {
        let server = try LocalServer { $1.answer(204) }
        let webhook = try add("\(server.url)/hook")
        for number in 0..<300 { try store.change("user\(number % 20)") }
        try work { try pending(webhook) == 0 }
        expectInOrder(server, count: 300)
        let request = try #require(server.requests.first)
        #expect(request.method == "POST")
        #expect(request.target == "/hook")
        #expect(request.fields["user-agent"] == "portraitd/test")
        #expect(request.fields["content-type"] == "application/cloudevents+json; charset=UTF-8")
        let timestamp = try #require(request.fields["webhook-timestamp"].flatMap { Int($0) })
        #expect(
            request.fields["webhook-signature"]
                == webhook.secret.signature(
                    of: request.body,
                    id: try #require(request.fields["webhook-id"]),
                    timestamp: timestamp
                )
        )
    }

    @Test func `a change while a worker runs is delivered within a second`() throws {
        let server = try LocalServer { $1.answer(200) }
        let webhook = try add(server.url)
        // The first delivery shows that the worker runs.
        try store.change("alice")
        var sent: ContinuousClock.Instant?
        try work {
            guard sent == nil else { return server.requests.count == 2 }
            guard server.requests.count == 1, try pending(webhook) == 0 else { return false }
            try store.change("alice")
            sent = .now
            return false
        }
        let took = try #require(sent).duration(to: .now)
        #expect(took < .seconds(1.5))
    }

    @Test func `a dead receiver and a silent receiver do not delay another`() throws {
        let good = try LocalServer { $1.answer(200) }
        let isOver = Mutex(false)
        defer { isOver.withLock { $0 = true } }
        let silent = try LocalServer { _, _ in waitUntil(within: .seconds(600)) { isOver.withLock { $0 } } }
        let healthy = try add(good.url)
        // No server listens on port 1.
        let dead = try add("http://127.0.0.1:1/")
        let slow = try add(silent.url)
        for number in 0..<200 { try store.change("user\(number)") }
        let start = ContinuousClock.now
        try work { try pending(healthy) == 0 && !silent.requests.isEmpty }
        // The worker has not yet given up the silent receiver.
        #expect(start.duration(to: .now) < HTTPPolicy.webhook(userAgent: "").timeout / 2)
        expectInOrder(good, count: 200)
        #expect(try pending(dead) == 200)
        #expect(try pending(slow) == 200)
        // The delivery that was being sent when the worker stopped is given back.
        #expect(try store.read { try $0.webhooksWithDueDeliveries(at: .now) }.contains(slow.id))
    }

    @Test func `a receiver gets a limited number of requests at a time`() throws {
        let busy = Mutex((now: 0, most: 0, isReleased: false))
        let server = try LocalServer { _, connection in
            busy.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            waitUntil { busy.withLock(\.isReleased) }
            busy.withLock { $0.now -= 1 }
            connection.answer(200)
        }
        let other = try LocalServer { $1.answer(200) }
        let webhook = try add(server.url)
        for number in 0..<300 { try store.change("user\(number)") }
        let witness = try add(other.url)
        var rounds = 0
        try work {
            guard busy.withLock({ $0.isReleased || $0.now >= 4 }) else { return false }
            // Each event for the other receiver proves one more round of the worker.
            guard rounds == 5 else {
                guard other.requests.count == rounds, try pending(witness) == 0 else { return false }
                rounds += 1
                try store.change("user0")
                return false
            }
            guard other.requests.count == rounds else { return false }
            busy.withLock { $0.isReleased = true }
            return try pending(webhook) == 0
        }
        #expect(busy.withLock(\.most) == 4)
    }

    @Test func `a failed event is repeated before the next one, and other users go on`() throws {
        let refusals = Mutex(0)
        let server = try LocalServer { request, connection in
            let isFirst =
                String(decoding: request.body, as: UTF8.self).contains("alice")
                && refusals.withLock {
                    $0 += 1
                    return $0 == 1
                }
            connection.answer(isFirst ? 500 : 200)
        }
        let webhook = try add(server.url)
        for user in ["alice", "alice", "alice", "bob"] { try store.change(user) }
        try work { try pending(webhook) == 0 }
        // Each event arrives at least once; the refused event arrives twice.
        #expect(received(server).filter { $0.user == "alice" }.map(\.sequence) == [1, 1, 2, 3])
        #expect(received(server).filter { $0.user == "bob" }.count == 1)
        let ids = server.requests.compactMap { $0.fields["webhook-id"] }
        #expect(ids.count == 5)
        #expect(Set(ids).count == 4)
    }

    @Test func `a delivery that crashes its worker counts as a failure and is given up at last`() throws {
        let server = try LocalServer { $1.answer(200) }
        let webhook = try add(server.url)
        try store.change("alice")
        let sender = WebhookSender(
            webhookID: webhook.id,
            store: store,
            urls: PictureURLs(base: "", defaultImage: DefaultImage(.none, side: 0), pseudonyms: .unkeyed),
            policy: .webhook(userAgent: "portraitd/test"),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            isStopped: { false }
        )
        var client = try HTTPClient(policy: .webhook(userAgent: "portraitd/test"))
        for failures in 0..<WebhookOutcome.backoff.maxAttempts {
            _ = try store.write { try $0.hasten(whatIsDueAfter: .distantPast, to: .now.addingTimeInterval(-1)) }
            // A worker takes the delivery and never reports.
            let lost = try store.takeDeliveries(
                for: webhook.id,
                limit: 1,
                length: 1,
                until: .now.addingTimeInterval(-1),
                now: .now
            )
            #expect(lost?.queues.map(\.failures) == [failures])
            #expect(try sender.sendDue(1, with: &client) == false)
        }
        #expect(server.requests.isEmpty)
        #expect(try #require(try store.read { try $0.deliveryCounts() }[webhook.id]) == (0, 1))
        // The next event arrives.
        try store.change("alice")
        #expect(try sender.sendDue(1, with: &client) == true)
        #expect(received(server).map(\.sequence) == [2])
    }

    @Test func `a receiver that answers 410 is disabled`() throws {
        let server = try LocalServer { $1.answer(410) }
        let webhook = try add(server.url)
        for _ in 0..<5 { try store.change("alice") }
        try work { try store.read { try $0.webhooks() }.first?.disabledBecause != nil }
        #expect(try #require(try store.read { try $0.deliveryCounts() }[webhook.id]) == (0, 5))
        #expect(server.requests.count == 1)
    }

    @Test func `a receiver that sends Retry-After is paused`() throws {
        let server = try LocalServer { $1.answer(503, "", fields: ["Retry-After": "60"]) }
        let webhook = try add(server.url)
        for number in 0..<50 { try store.change("user\(number)") }
        try work { try store.read { try $0.webhooks() }.first?.pausedUntil != nil }
        #expect(server.requests.count <= 4)
        #expect(try pending(webhook) == 50)
        #expect(try #require(try store.read { try $0.webhooks() }.first?.pausedUntil) > .now.addingTimeInterval(50))
    }

    @Test func `a redirect is a failure and is not followed`() throws {
        let other = try LocalServer { $1.answer(200) }
        let server = try LocalServer { $1.redirect(to: other.url) }
        let webhook = try add(server.url)
        try store.change("alice")
        try work { server.requests.count >= 1 }
        #expect(try pending(webhook) == 1)
        #expect(other.requests.isEmpty)
    }

    @Test func `two workers share the work and keep the order`() throws {
        let server = try LocalServer { $1.answer(200) }
        let webhook = try add(server.url)
        for number in 0..<400 { try store.change("user\(number % 40)") }
        let other = try SQLiteMetadataStore(path: "\(folder.path)/test.sqlite")
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let policy = HTTPPolicy.webhook(userAgent: "portraitd/other")
        let delivery = WebhookDelivery(
            store: other,
            urls: PictureURLs(base: "", defaultImage: DefaultImage(.none, side: 0), pseudonyms: .unkeyed),
            policy: policy,
            logger: logger
        )
        let worker = try Worker([delivery.job], logger: logger)
        try worker.start()
        try work { try pending(webhook) == 0 }
        worker.stop()
        #expect(worker.join(within: .seconds(5)))
        expectInOrder(server, count: 400)
    }
}
