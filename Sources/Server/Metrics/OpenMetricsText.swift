import Synchronization

/// A text in the format of OpenMetrics 1.0, which Prometheus reads.
struct OpenMetricsText {
    enum Kind: String {
        case counter, gauge, histogram, info
    }

    static let mediaType = "application/openmetrics-text; version=1.0.0; charset=utf-8"

    private var text = ""

    /// The complete text.
    var bytes: [UInt8] {
        Array("\(text)# EOF\n".utf8)
    }

    /// Begins a metric family.
    mutating func family(_ name: String, _ kind: Kind, unit: String? = nil, help: String) {
        text += "# TYPE \(name) \(kind.rawValue)\n"
        if let unit { text += "# UNIT \(name) \(unit)\n" }
        text += "# HELP \(name) \(Self.escaped(help))\n"
    }

    mutating func sample(_ name: String, _ value: Double, labels: [(name: String, value: String)] = []) {
        let list = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
        text += list.isEmpty ? name : "\(name){\(list)}"
        text += " \(Self.number(value))\n"
    }

    /// A family with one sample.
    mutating func gauge(_ name: String, unit: String? = nil, help: String, _ value: Double) {
        family(name, .gauge, unit: unit, help: help)
        sample(name, value)
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}

/// Counters, one for each combination of label values: OpenMetrics 1.0, "Counter".
final class CounterFamily: Sendable {
    let name: String
    let help: String
    private let labels: [String]
    private let counts = Mutex<[[String]: Int]>([:])

    /// - Parameters:
    ///   - name: without the suffix `_total`.
    ///   - labels: the names of the labels. Their values must come from a bounded set.
    init(_ name: String, help: String, labels: [String]) {
        self.name = name
        self.help = help
        self.labels = labels
    }

    /// Increments the counter with these label values.
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

/// Histograms of durations, one for each combination of label values: OpenMetrics 1.0, "Histogram".
final class HistogramFamily: Sendable {
    /// The upper bounds of the buckets in seconds, from the time that nginx itself needs to the longest time that
    /// clients wait.
    private static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

    private struct Distribution {
        /// The number of durations in each bucket, not cumulative; the last bucket has no upper bound.
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

    /// Adds one duration to the histogram with these label values.
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
