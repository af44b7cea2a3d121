import Foundation
import Synchronization

/// Runs something on several threads at once.
struct Threads {
    private let ends: [End]

    init(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) {
        ends = (0..<count).map { number in
            let end = End()
            Thread.detachNewThread { end.set(Result { try body(number) }) }
            return end
        }
    }

    /// Waits until all have ended; throws what the first one threw.
    func join() throws {
        for end in ends { try end.get() }
    }

    private final class End: Sendable {
        private let result = Mutex<Result<Void, any Error>?>(nil)

        func set(_ result: Result<Void, any Error>) {
            self.result.withLock { $0 = result }
        }

        func get() throws {
            while true {
                if let result = result.withLock({ $0 }) { return try result.get() }
                usleep(1_000)
            }
        }
    }
}
