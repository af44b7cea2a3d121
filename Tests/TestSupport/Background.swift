import Foundation
import Synchronization

/// Work that runs on a new thread while a test continues; the threads of the test library can all be busy.
package final class Background<Value: Sendable>: Sendable {
    private let outcome = Outcome()

    package init(_ body: @escaping @Sendable () throws -> Value) {
        let work = Work(body)
        Thread.detachNewThread { [outcome] in
            let result = work.run()
            outcome.result.withLock { $0 = result }
        }
    }

    /// Waits for the end.
    package func value() throws -> Value {
        while true {
            if let result = outcome.result.withLock({ $0 }) { return try result.get() }
            usleep(1_000)
        }
    }

    private final class Outcome: Sendable {
        let result = Mutex<Result<Value, any Error>?>(nil)
    }
}
