/// The usage of a process over time.
struct UsageCurve: Sendable {
    /// The number of points of a curve that are printed.
    private static let printed = 15

    let process: String
    let usage: Usage
    private(set) var values: [Int] = []

    init(_ usage: Usage, of process: String) {
        (self.usage, self.process) = (usage, process)
    }

    mutating func add(_ value: Int) {
        values.append(value)
    }

    /// The medians of the second and the last third of the time; caches fill in the first third.
    private var medians: (middle: Int, last: Int)? {
        let third = values.count / 3
        guard third > 0 else { return nil }
        return (Self.median(values[third..<2 * third]), Self.median(values[(2 * third)...]))
    }

    /// Describes the growth; nil if there is none.
    var fault: String? {
        guard let (middle, last) = medians else { return "\(process): too few looks at \(usage.rawValue)" }
        guard last > middle + usage.tolerance(over: middle) else { return nil }
        return "\(process): \(usage.rawValue) grew from \(middle) to \(last)"
    }

    var description: String {
        let step = max(1, values.count / Self.printed)
        let points = stride(from: 0, to: values.count, by: step).map { String(values[$0]) }
        let medians = medians.map { "; medians of the last two thirds \($0.middle), \($0.last)" } ?? ""
        return "\(process), \(usage.rawValue): \(points.joined(separator: " "))\(medians)"
    }

    private static func median(_ values: ArraySlice<Int>) -> Int {
        values.sorted()[values.count / 2]
    }
}
