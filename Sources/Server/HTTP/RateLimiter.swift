import HTTPTypes
import Synchronization

/// Limits the requests of each key in a time window. Each process counts separately.
final class RateLimiter: Sendable {
    private struct Window {
        var end: ContinuousClock.Instant
        var counts: [String: Int] = [:]
    }

    private let limit: Int
    private let duration: Duration
    private let window: Mutex<Window>

    /// Returns nil if `limit` is 0: no limit.
    init?(limit: Int, window duration: Duration) {
        guard limit > 0 else { return nil }
        self.limit = limit
        self.duration = duration
        window = Mutex(Window(end: .now + duration))
    }

    /// Counts one request.
    /// - Throws: a problem with status 429 if the limit is exceeded.
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
            "More than \(limit) requests came within \(duration.components.seconds) seconds. Wait, then try again.",
            limit: limit,
            headerFields: [.retryAfter: String(max(1, rest.components.seconds + 1))]
        )
    }
}
