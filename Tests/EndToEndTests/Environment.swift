import Foundation

/// What `make` says to the tests.
enum Environment {
    /// A variable that is a number; nil when it is not set.
    static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }

    /// What every process of a test gets: where programs are, and what `Tests/Sanitizers/run` tells the sanitizers.
    static let ofChildren = ProcessInfo.processInfo.environment
        .filter { ["TSAN_OPTIONS", "ASAN_OPTIONS"].contains($0.key) }
        .merging(["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]) { $1 }
}
