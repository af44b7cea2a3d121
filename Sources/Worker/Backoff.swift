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

    /// How long to wait after an attempt has failed, the first of which is 1; nil when it was the last.
    package func delay(after attempt: Int) -> Duration? {
        guard attempt < maxAttempts else { return nil }
        let wait = (1..<max(attempt, 1)).reduce(first) { wait, _ in min(wait * factor, longest) }
        // Up to half as much more: those who failed together do not come back together.
        return wait * Double.random(in: 1...1.5)
    }
}
