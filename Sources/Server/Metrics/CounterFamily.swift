import Synchronization

/// Counts that only grow, one for each combination of label values: OpenMetrics 1.0, "Counter".
final class CounterFamily: Sendable {
    let name: String
    let help: String
    private let labels: [String]
    private let counts = Mutex<[[String]: Int]>([:])

    /// - Parameters:
    ///   - name: without the suffix `_total`.
    ///   - labels: the labels' names; their values must come from a bounded set.
    init(_ name: String, help: String, labels: [String]) {
        self.name = name
        self.help = help
        self.labels = labels
    }

    /// Counts one more with these values of the labels.
    func increment(_ values: String...) {
        counts.withLock { $0[values, default: 0] += 1 }
    }

    func write(to text: inout OpenMetricsText) {
        text.family(name, .counter, help: help)
        for (values, count) in counts.withLock({ $0 }).sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            text.sample("\(name)_total", Double(count), labels: Array(zip(labels, values)))
        }
    }
}
