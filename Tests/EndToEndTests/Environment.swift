import Foundation

/// What `make` says to the tests.
enum Environment {
    /// A variable that is a number; nil when it is not set.
    static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }
}
