import Testing

@testable import ProfileImages

@Suite struct CrashLimitTests {
    private let start = ContinuousClock.now
    private let alice = AuditActor(.token, name: "alice")

    private func isTaken(_ limit: CrashLimit, _ actor: AuditActor, after seconds: Int) -> Bool {
        (try? limit.check(actor, now: start + .seconds(seconds))) != nil
    }

    @Test func `three crashes within a minute block a credential for ten minutes`() {
        let limit = CrashLimit()
        for second in [0, 30, 59] {
            #expect(isTaken(limit, alice, after: second))
            limit.note(alice, now: start + .seconds(second))
        }
        #expect(throws: CrashLimit.Exceeded(seconds: 600)) { try limit.check(alice, now: start + .seconds(59)) }
        #expect(throws: CrashLimit.Exceeded(seconds: 1)) { try limit.check(alice, now: start + .seconds(658)) }
        #expect(isTaken(limit, alice, after: 659))
        #expect(isTaken(limit, AuditActor(.apiKey, name: "alice"), after: 100))
        #expect(isTaken(limit, AuditActor(.token, name: "bob"), after: 100))
    }

    @Test func `crashes further apart do not block a credential`() {
        let limit = CrashLimit()
        for second in stride(from: 0, to: 600, by: 30) {
            limit.note(alice, now: start + .seconds(second))
            #expect(isTaken(limit, alice, after: second))
        }
    }

    @Test func `the number of remembered crashes is bounded`() {
        let limit = CrashLimit()
        for number in 0..<3000 { limit.note(AuditActor(.token, name: "\(number)"), now: start) }
        for _ in 1...3 { limit.note(alice, now: start) }
        #expect(!isTaken(limit, alice, after: 1))
        #expect(limit.count <= 1000)
    }
}
