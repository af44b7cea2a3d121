import Foundation

/// The variables that `make` sets for the tests.
enum Environment {
    /// The number in a variable; nil if it is not set.
    static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }

    /// The variables for every child process: the path of programs, and the options of `Tests/Sanitizers/run`.
    static let ofChildren = ProcessInfo.processInfo.environment
        .filter { ["TSAN_OPTIONS", "ASAN_OPTIONS"].contains($0.key) }
        .merging(["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]) { $1 }
}
