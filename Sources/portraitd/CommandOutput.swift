import FoundationEssentials
import Glibc
import ProfileImages
import SystemPackage

/// Shows the progress of a command in one line of the terminal. Shows nothing if standard error is not a terminal.
struct ProgressBar {
    private static let width = 30
    /// Often enough to look smooth.
    private static let interval = Duration.milliseconds(200)

    /// The number of all steps.
    var total: Int
    private let isShown = isatty(FileDescriptor.standardError.rawValue) == 1
    private var shown = ContinuousClock.now
    private(set) var count = 0

    init(total: Int = 0) {
        self.total = total
    }

    /// Shows a phase that has no countable steps.
    func announce(_ phase: String) {
        if isShown { replaceLine(by: "\(phase) …") }
    }

    /// Adds finished steps.
    mutating func advance(by step: Int = 1) {
        count += step
        guard isShown, count == total || shown.duration(to: .now) > Self.interval else { return }
        shown = .now
        // Items may have been added after they were counted.
        let all = max(total, count, 1)
        let done = Self.width * count / all
        let bar = String(repeating: "#", count: done) + String(repeating: ".", count: Self.width - done)
        replaceLine(by: "[\(bar)] \(100 * count / all) %  \(count) of \(all)")
    }

    /// Removes the line.
    func finish() {
        if isShown { replaceLine(by: "") }
    }

    private func replaceLine(by text: String) {
        // ECMA-48: carriage return, and erase in line.
        _ = try? FileDescriptor.standardError.writeAll("\r\u{1B}[K\(text)".utf8)
    }
}

/// JSON Lines: one value on each line.
enum JSONLine {
    static func text(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder.standard().encode(value), as: UTF8.self)
    }
}
