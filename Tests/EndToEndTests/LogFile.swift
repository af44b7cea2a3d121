import Foundation

/// A file that processes print to.
struct LogFile: Sendable {
    let path: String

    /// Everything that was printed.
    var text: String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }
}
