import Foundation
import HTTPTypes
import ProfileImages
import Synchronization
import TestSupport
import Testing

@testable import Server

@Suite struct EventTests {
    private let app: TestApplication
    private let alice = HTTPFields.user("alice")
    private let admin = HTTPFields.user("root", scope: "admin")

    init() async throws {
        app = try await TestApplication()
    }

    private func list(_ query: String = "") throws -> (types: [String], next: String) {
        let answer = try app.send(.get, "/events\(query)", admin)
        #expect(answer.status == .ok)
        let events = try #require(answer.object["events"] as? [[String: Any]])
        return (events.compactMap { $0["type"] as? String }, try #require(answer.object["next"] as? String))
    }

    private func rename(_ name: String) throws {
        _ = try app.send(
            .patch,
            "/me",
            alice.with(.contentType, "application/json"),
            body: Array("{\"fullName\":\"\(name)\"}".utf8)
        )
    }

    @Test func `events are read in pages with a cursor`() throws {
        #expect(try list() == ([], "0"))
        _ = try app.send(.put, "/me/profileimage", alice, body: TestPicture.gif())
        try rename("Ann")
        _ = try app.send(.delete, "/me/profileimage", alice)
        let all = ["profile.created", "profileimage.set", "profile.updated", "profileimage.removed"]
        #expect(try list().types == all)
        let first = try list("?limit=3")
        #expect(first.types == Array(all.prefix(3)))
        let second = try list("?after=\(first.next)&limit=3")
        #expect(second.types == Array(all.suffix(1)))
        #expect(try list("?after=\(second.next)") == ([], second.next))
    }

    @Test func `an event is the same CloudEvent as in webhooks`() throws {
        let image = try app.send(.put, "/me/profileimage", alice, body: TestPicture.gif()).object
        let answer = try app.send(.get, "/events?after=1", admin)
        #expect(answer.headerFields[.cacheControl] == "private, no-store")
        let event = try #require((answer.object["events"] as? [[String: Any]])?.first)
        #expect(event["specversion"] as? String == "1.0")
        #expect((event["id"] as? String)?.hasPrefix("evt_") == true)
        #expect(event["source"] as? String == "/events")
        #expect(event["subject"] as? String == "alice")
        let person = try #require((event["data"] as? [String: Any])?["person"] as? [String: Any])
        #expect(person["profileImage"] as? String == image["id"] as? String)
        let path = try #require(person["imageUrl"] as? String)
        #expect(image["imageUrl"] as? String == "https://images.test\(path)")
    }

    @Test func `with a public URL the URLs in an event are absolute`() async throws {
        let app = try await TestApplication(["PORTRAITD_PUBLIC_URL": "https://img.example.com/p"])
        _ = try app.send(.put, "/me/profileimage", alice, body: TestPicture.gif())
        let events = try #require(try app.send(.get, "/events?after=1", admin).object["events"] as? [[String: Any]])
        #expect(events.first?["source"] as? String == "https://img.example.com/p/events")
        let person = (events.first?["data"] as? [String: Any])?["person"] as? [String: Any]
        #expect((person?["imageUrl"] as? String)?.hasPrefix("https://img.example.com/p/images/") == true)
    }

    @Test(arguments: [
        "after=x", "after=-1", "after=1.5", "after=", "after=99999999999999999999", "limit=0", "limit=501", "wait=31",
        "wait=-1", "wait=1.5",
    ])
    func `an invalid query is refused`(_ query: String) throws {
        let answer = try app.send(.get, "/events?\(query)", admin)
        #expect(answer.status == .badRequest)
        #expect(answer.problemCode == "bad-request")
    }

    @Test func `only an administrator reads events`() throws {
        #expect(try app.send(.get, "/events", alice).status == .forbidden)
        #expect(try app.send(.get, "/events").status == .unauthorized)
    }

    @Test func `a waiting request gets the next event at once`() throws {
        let waiting = Background { (try list("?wait=30").types, ContinuousClock.now) }
        // The request for the metrics is the second request in progress.
        #expect(
            try waitUntil {
                let metrics = String(decoding: try app.send(.get, "/metrics", admin).body, as: UTF8.self)
                return metrics.contains("portraitd_requests_in_progress 2")
            }
        )
        let start = ContinuousClock.now
        try rename("Ann")
        let (types, end) = try waiting.value()
        #expect(types == ["profile.created"])
        #expect(start.duration(to: end) < .seconds(10))
    }

    @Test func `a wait without an event ends with an empty answer`() throws {
        let start = ContinuousClock.now
        #expect(try list("?wait=1") == ([], "0"))
        #expect(start.duration(to: .now) >= .seconds(1))
    }

    @Test func `a quarter of the workers may wait, further requests are answered at once`() throws {
        let feed = try EventFeed(store: app.metadata, workers: 8)
        let waiting = Mutex(0)
        let waiters = (0..<2).map { _ in
            Background {
                try feed.events(after: 0, limit: 1, waiting: .seconds(600)) { waiting.withLock { $0 += 1 } }
            }
        }
        waitUntil { waiting.withLock { $0 } == 2 }
        #expect(try feed.events(after: 0, limit: 1, waiting: .seconds(600)) { Issue.record("it waits") }.isEmpty)
        // All waits end when the process stops.
        feed.stop()
        for waiter in waiters { #expect(try waiter.value().isEmpty) }
    }
}
