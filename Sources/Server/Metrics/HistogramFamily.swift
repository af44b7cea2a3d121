import Synchronization

/// How long something takes, a distribution for each combination of label values: OpenMetrics 1.0, "Histogram".
final class HistogramFamily: Sendable {
    /// The upper bounds of the buckets, in seconds: from what nginx's own answers take to what a client waits for.
    private static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

    private struct Distribution {
        /// Those within each bound, but not within the one before; the last are above all.
        var counts = Array(repeating: 0, count: HistogramFamily.bounds.count + 1)
        var sum = 0.0

        mutating func add(_ seconds: Double, to bucket: Int) {
            counts[bucket] += 1
            sum += seconds
        }
    }

    private let name: String
    private let help: String
    private let labels: [String]
    private let distributions = Mutex<[[String]: Distribution]>([:])

    /// - Parameter name: with the suffix `_seconds`.
    init(_ name: String, help: String, labels: [String]) {
        self.name = name
        self.help = help
        self.labels = labels
    }

    /// Counts one duration with these values of the labels.
    func observe(_ time: Duration, _ values: String...) {
        let seconds = time / .seconds(1)
        let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
        distributions.withLock { distributions in
            distributions[values, default: Distribution()].add(seconds, to: bucket)
        }
    }

    func write(to text: inout OpenMetricsText) {
        text.family(name, .histogram, unit: "seconds", help: help)
        let all = distributions.withLock { $0 }
        for (values, distribution) in all.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            let labels = Array(zip(labels, values))
            var count = 0
            for (bound, number) in zip(Self.bounds + [.infinity], distribution.counts) {
                count += number
                let limit = bound == .infinity ? "+Inf" : String(bound)
                text.sample("\(name)_bucket", Double(count), labels: labels + [("le", limit)])
            }
            text.sample("\(name)_sum", distribution.sum, labels: labels)
            text.sample("\(name)_count", Double(count), labels: labels)
        }
    }
}
