import Testing

@testable import Worker

@Suite struct BackoffTests {
    private let backoff = Backoff(maxAttempts: 4, first: .seconds(10), factor: 4, longest: .seconds(100))

    @Test(arguments: [(1, 10.0), (2, 40), (3, 100)])
    func `a delay is random up to a bound that grows`(_ attempt: Int, _ seconds: Double)
        throws
    {
        let waits = try (0..<100).map { _ in try #require(backoff.delay(after: attempt)) / .seconds(1) }
        #expect(waits.allSatisfy { (0...seconds).contains($0) })
        #expect(waits.contains { $0 > seconds / 2 })
        #expect(Set(waits).count > 50)
    }

    @Test func `a requested delay is respected up to a bound`() throws {
        for _ in 0..<100 {
            let wait = try #require(backoff.delay(after: 1, least: .seconds(30)))
            #expect((.seconds(30) ... .seconds(40)).contains(wait))
        }
        #expect(backoff.delay(after: 1, least: .seconds(1000)) == .seconds(100))
    }

    @Test func `the number of attempts is limited`() {
        #expect(backoff.delay(after: 4) == nil)
        #expect(backoff.delay(after: 9) == nil)
    }
}
