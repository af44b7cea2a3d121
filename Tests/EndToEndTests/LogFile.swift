import Foundation

/// A file with the output of processes.
struct LogFile: Sendable {
    let path: String

    /// The whole output.
    var text: String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }
}
