import Glibc
import SystemPackage

/// A line on the terminal that tells how far a command has come; nothing where standard error is no terminal.
struct ProgressLine {
    private let total: Int
    private let isShown = isatty(FileDescriptor.standardError.rawValue) == 1
    private var shown = ContinuousClock.now
    private(set) var count = 0

    init(total: Int) {
        self.total = total
    }

    /// Counts some more, and says so a few times a second.
    mutating func advance(by step: Int = 1) {
        count += step
        guard isShown, shown.duration(to: .now) > .milliseconds(200) else { return }
        shown = .now
        write("\r\(count) of \(total)")
    }

    /// Takes the line away.
    func finish() {
        if isShown { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) {
        _ = try? FileDescriptor.standardError.writeAll(text.utf8)
    }
}
