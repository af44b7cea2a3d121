import Glibc
import SystemPackage

/// A line on the terminal that tells how far a command has come; nothing where standard error is no terminal.
struct ProgressBar {
    private static let width = 30
    /// Often enough to be seen moving.
    private static let interval = Duration.milliseconds(200)

    /// How far there is to go.
    var total: Int
    private let isShown = isatty(FileDescriptor.standardError.rawValue) == 1
    private var shown = ContinuousClock.now
    private(set) var count = 0

    init(total: Int = 0) {
        self.total = total
    }

    /// Says what is done before anything can be counted.
    func announce(_ phase: String) {
        if isShown { replaceLine(by: "\(phase) …") }
    }

    /// Counts some more.
    mutating func advance(by step: Int = 1) {
        count += step
        guard isShown, count == total || shown.duration(to: .now) > Self.interval else { return }
        shown = .now
        // More may have come since they were counted.
        let all = max(total, count, 1)
        let done = Self.width * count / all
        let bar = String(repeating: "#", count: done) + String(repeating: ".", count: Self.width - done)
        replaceLine(by: "[\(bar)] \(100 * count / all) %  \(count) of \(all)")
    }

    /// Takes the line away.
    func finish() {
        if isShown { replaceLine(by: "") }
    }

    private func replaceLine(by text: String) {
        // ECMA-48: carriage return, and erase in line.
        _ = try? FileDescriptor.standardError.writeAll("\r\u{1B}[K\(text)".utf8)
    }
}
