import Foundation
import Synchronization

/// Runs what blocks on a thread of its own: the test's own threads are as few as the cores.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    let work = Work(body)
    return try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: work.run()) }
    }
}

/// Lets go of what it did before anybody hears of it. If the thread were the last to hold a child process, the tests could
/// be over before it is ended.
private final class Work<Value: Sendable>: Sendable {
    private let body: Mutex<(@Sendable () throws -> Value)?>

    init(_ body: @escaping @Sendable () throws -> Value) {
        self.body = Mutex(body)
    }

    func run() -> Result<Value, any Error> {
        guard let body = body.withLock({ $0.take() }) else { return .failure(CancellationError()) }
        return Result(catching: body)
    }
}
