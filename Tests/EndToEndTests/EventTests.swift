import Foundation
import TestSupport
import Testing

@Suite struct EventTests {
    /// Waits until a request for the next event is in progress; the request for the metrics is the second in progress.
    private func expectWaiter(at instance: Instance) throws {
        #expect(
            try waitUntil { try instance.curl("/metrics").text.contains("portraitd_requests_in_progress 2") }
        )
    }

    @Test func `a waiting request gets an event at once and delays neither others nor a stop`() throws {
        let instance = try Instance(["PORTRAITD_WORKERS": "4"])
        let (alice, admin) = (try instance.token("alice"), try instance.token("root", scope: "admin"))
        let waiting = Background { try instance.curl("/events?wait=30", token: admin) }
        try expectWaiter(at: instance)
        #expect(try instance.put(Photograph.small(side: 64, turn: 0), token: alice).status == 201)
        let change = ContinuousClock.now
        let events = try #require(try waiting.value().json["events"] as? [[String: Any]])
        #expect(events.first?["type"] as? String == "profile.created")
        // The service checks four times a second; without an event the request would wait for 30 s.
        #expect(change.duration(to: .now) < .seconds(10))

        let next = try #require(try instance.curl("/events", token: admin).json["next"] as? String)
        let last = Background { try instance.curl("/events?after=\(next)&wait=30", token: admin) }
        try expectWaiter(at: instance)
        let start = ContinuousClock.now
        #expect(instance.stop() == 0)
        #expect(start.duration(to: .now) < .seconds(15))
        #expect(try last.value().json["next"] as? String == next)
    }
}
