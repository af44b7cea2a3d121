import Testing

@testable import Worker

@Suite struct BackoffTests {
    private let backoff = Backoff(maxAttempts: 4, first: .seconds(10), factor: 4, longest: .seconds(100))

    @Test(arguments: [(1, 10.0), (2, 40), (3, 100)])
    func `each wait is longer, up to a bound, and never quite the same`(_ attempt: Int, _ seconds: Double) throws {
        let waits = try (0..<100).map { _ in try #require(backoff.delay(after: attempt)) / .seconds(1) }
        #expect(waits.allSatisfy { (seconds...seconds * 1.5).contains($0) })
        #expect(Set(waits).count > 50)
    }

    @Test func `there is an end`() {
        #expect(backoff.delay(after: 4) == nil)
        #expect(backoff.delay(after: 9) == nil)
    }
}
