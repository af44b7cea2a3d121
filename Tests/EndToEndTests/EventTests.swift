import Foundation
import TestSupport
import Testing

@Suite struct EventTests {
    @Test func `whoever waits for an event gets it at once, and holds up neither others nor the end`() throws {
        let instance = try Instance(["PORTRAITD_WORKERS": "4"])
        let (alice, admin) = (try instance.token("alice"), try instance.token("root", scope: "admin"))
        let waiting = Background { try instance.curl("/events?wait=30", token: admin) }
        Thread.sleep(forTimeInterval: 1)
        #expect(try instance.put(Photograph.small(side: 64, turn: 0), token: alice).status == 201)
        let change = ContinuousClock.now
        let events = try #require(try waiting.value().json["events"] as? [[String: Any]])
        #expect(events.first?["type"] as? String == "profile.created")
        // It looks four times a second; without an event it would wait for 30 s.
        #expect(change.duration(to: .now) < .seconds(10))

        let next = try #require(try instance.curl("/events", token: admin).json["next"] as? String)
        let last = Background { try instance.curl("/events?after=\(next)&wait=30", token: admin) }
        Thread.sleep(forTimeInterval: 1)
        let start = ContinuousClock.now
        #expect(instance.stop() == 0)
        #expect(start.duration(to: .now) < .seconds(15))
        #expect(try last.value().json["next"] as? String == next)
    }
}
