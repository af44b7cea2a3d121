import Foundation
import HTTPTypes
import ProfileImages
import Testing

@testable import Curl
@testable import Worker

@Suite struct WebhookOutcomeTests {
    private let now = Date(timeIntervalSince1970: 1_000_000)

    private func ending(
        _ answer: WebhookAnswer,
        failures: Int = 0,
        waited: TimeInterval = 0,
        jitter: Double = 1
    ) throws -> DeliveryQueue.Ending {
        var outcome = WebhookOutcome(try .test(2, failures: failures, enqueuedAt: now.addingTimeInterval(-waited)))
        outcome.record(answer, now: now, jitter: jitter)
        return outcome.ending
    }

    @Test(arguments: zip(0..<11, [5.0, 20, 80, 320, 1280, 5120, 20_480, 36_000, 36_000, 36_000, 36_000]))
    func `after a failure the next attempt is at a random time within a growing bound`(_ failures: Int, _ bound: Double)
        throws
    {
        for (jitter, expected) in [(1.0, bound), (0, 0)] {
            guard
                case .postponed(let time, failures + 1, "HTTP 500") = try ending(
                    .failed(reason: "HTTP 500"),
                    failures: failures,
                    jitter: jitter
                )
            else {
                Issue.record("it is given up after \(failures + 1)")
                continue
            }
            #expect(abs(time.timeIntervalSince(now) - expected) < 0.01)
        }
    }

    @Test func `the twelfth failure is the last`() throws {
        #expect(try ending(.failed(reason: "HTTP 500"), failures: 11) == .dead(failures: 12, because: "HTTP 500"))
    }

    @Test func `a delivery that has waited for days is given up after one failure`() throws {
        let days: TimeInterval = 3 * 86_400
        #expect(try ending(.failed(reason: "no"), waited: days + 1) == .dead(failures: 1, because: "no"))
        guard case .postponed = try ending(.failed(reason: "no"), waited: days - 1) else {
            Issue.record("it is given up too early")
            return
        }
    }

    @Test func `a receiver's requested pause is respected`() throws {
        var outcome = WebhookOutcome(try .test(2, enqueuedAt: now))
        outcome.record(.pause(.seconds(120), reason: "HTTP 503"), now: now, jitter: 0)
        #expect(outcome.closing == .pause(.seconds(120)))
        #expect(outcome.next == nil)
        #expect(
            outcome.ending == .postponed(until: now.addingTimeInterval(120), failures: 1, because: "HTTP 503")
        )
    }

    @Test func `after a failure the rest of the queue is not sent`() throws {
        var outcome = WebhookOutcome(try .test(3, failures: 4, enqueuedAt: now))
        outcome.record(.arrived, now: now)
        #expect(outcome.next?.event.sequence == 2)
        outcome.record(.failed(reason: "HTTP 400"), now: now, jitter: 0)
        #expect(outcome.next == nil)
        #expect(outcome.delivered == 1)
        // The earlier failures belong to the delivery that has arrived.
        #expect(outcome.ending == .postponed(until: now, failures: 1, because: "HTTP 400"))
    }

    @Test func `a stopped delivery does not count as an attempt`() throws {
        var outcome = WebhookOutcome(try .test(1, enqueuedAt: now))
        outcome.record(.stopped, now: now)
        #expect(outcome.ending == .released)
        #expect(outcome.delivered == 0)
    }

    @Test(arguments: [
        (200, nil, WebhookAnswer.arrived), (204, nil, .arrived), (299, 60, .arrived), (410, 60, .gone),
        (302, nil, .failed(reason: "HTTP 302")), (400, nil, .failed(reason: "HTTP 400")),
        (429, 60, .pause(.seconds(60), reason: "HTTP 429")), (503, 86_400, .pause(.seconds(3600), reason: "HTTP 503")),
    ])
    func `the status of an answer decides, and the answer can request a pause`(
        _ status: Int,
        _ retryAfter: Int?,
        _ expected: WebhookAnswer
    ) {
        let answer = HTTPAnswer(
            status: .init(code: status),
            fields: [:],
            retryAfter: retryAfter.map { .seconds($0) },
            body: [],
            isTruncated: false
        )
        #expect(WebhookAnswer(answer) == expected)
    }

    @Test func `a missing answer is a failure unless the process stops`() {
        #expect(WebhookAnswer(.unreachable) == .failed(reason: "The server cannot be reached."))
        #expect(WebhookAnswer(.stopped) == .stopped)
    }
}
