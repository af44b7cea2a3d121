import Foundation

/// Runs what blocks on a thread of its own: the test's own threads are as few as the cores.
package func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    let work = Work(body)
    return try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: work.run()) }
    }
}
