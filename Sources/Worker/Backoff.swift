/// How long to wait before something is tried again: each time longer, and never all at the same moment.
package struct Backoff: Equatable, Sendable {
    /// How often something is tried.
    package let maxAttempts: Int
    private let first: Duration
    private let factor: Double
    private let longest: Duration

    package init(maxAttempts: Int, first: Duration, factor: Double, longest: Duration) {
        self.maxAttempts = maxAttempts
        self.first = first
        self.factor = factor
        self.longest = longest
    }

    /// How long to wait after an attempt has failed, the first of which is 1; nil when it was the last. It is any time up to
    /// a bound that grows: those who failed together do not come back together.
    /// - Parameters:
    ///   - least: how long the other side asks to wait.
    ///   - jitter: which share of the bound is waited, from 0 to 1.
    package func delay(
        after attempt: Int,
        least: Duration = .zero,
        jitter: Double = .random(in: 0..<1)
    ) -> Duration? {
        guard attempt < maxAttempts else { return nil }
        let bound = (1..<max(attempt, 1)).reduce(first) { bound, _ in min(bound * factor, longest) }
        return min(least + bound * jitter, longest)
    }
}
