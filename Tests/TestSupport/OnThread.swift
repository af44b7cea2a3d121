import Foundation

/// Runs blocking work on a new thread: the test library has only as many threads as cores.
package func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    let work = Work(body)
    return try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: work.run()) }
    }
}
