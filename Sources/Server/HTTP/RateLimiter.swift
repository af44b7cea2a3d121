import HTTPTypes
import Synchronization

/// Counts what each key asks for in a window of time. Each process counts for itself.
final class RateLimiter: Sendable {
    private struct Window {
        var end: ContinuousClock.Instant
        var counts: [String: Int] = [:]
    }

    private let limit: Int
    private let duration: Duration
    private let window: Mutex<Window>

    /// Returns nil when there is no limit: 0.
    init?(limit: Int, window duration: Duration) {
        guard limit > 0 else { return nil }
        self.limit = limit
        self.duration = duration
        window = Mutex(Window(end: .now + duration))
    }

    /// - Throws: a problem with status 429 when the limit is exceeded.
    func count(_ key: String, now: ContinuousClock.Instant = .now) throws(Problem) {
        let rest: Duration? = window.withLock { window in
            if now >= window.end { window = Window(end: now + duration) }
            window.counts[key, default: 0] += 1
            return window.counts[key, default: 0] > limit ? window.end - now : nil
        }
        guard let rest else { return }
        throw Problem(
            .tooManyRequests,
            code: "too-many-requests",
            "More than \(limit) requests came within \(duration.components.seconds) seconds. Wait, then go on.",
            limit: limit,
            headerFields: [.retryAfter: String(max(1, rest.components.seconds + 1))]
        )
    }
}
