internal import Glibc
internal import Synchronization

/// A recursive lock that passes to the thread that has waited longest; a wait has a timeout.
package final class FairLock: Sendable {
    /// The lock was not free in time.
    package struct TimedOut: Error, Equatable {}

    /// A waiting thread. The thread that passes the lock on raises its event.
    private final class Waiter: Sendable {
        let thread = pthread_self()
        let event: OneShotEvent

        init() throws(SystemCallError) {
            event = try OneShotEvent()
        }
    }

    private struct State {
        var owner: pthread_t?
        /// The number of times that the owner holds the lock.
        var depth = 0
        var waiters: [Waiter] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// The number of waiting threads.
    package var waiting: Int { state.withLock(\.waiters.count) }

    /// Runs `body` with the lock held.
    /// - Parameter patience: the longest wait.
    /// - Throws: `TimedOut`; `SystemCallError` if the process has no descriptor left for the wait; errors of `body`.
    package func locked<Value>(waiting patience: Duration, _ body: () throws -> Value) throws -> Value {
        if !take() { try wait(for: patience) }
        defer { give() }
        return try body()
    }

    /// Takes the lock if it is free or this thread already owns it; false otherwise.
    private func take() -> Bool {
        state.withLock { state in
            guard state.owner.map({ pthread_equal($0, pthread_self()) != 0 }) ?? state.waiters.isEmpty else {
                return false
            }
            state.owner = pthread_self()
            state.depth += 1
            return true
        }
    }

    private func wait(for patience: Duration) throws {
        let waiter = try Waiter()
        let isFree = state.withLock { state in
            guard state.owner != nil else {
                (state.owner, state.depth) = (waiter.thread, 1)
                return true
            }
            state.waiters.append(waiter)
            return false
        }
        guard !isFree, !waiter.event.wait(for: patience) else { return }
        let hasLeft = state.withLock { state in
            guard let index = state.waiters.firstIndex(where: { $0 === waiter }) else { return false }
            state.waiters.remove(at: index)
            return true
        }
        // Otherwise another thread passed the lock on at this moment.
        if hasLeft { throw TimedOut() }
    }

    private func give() {
        let next = state.withLock { state -> Waiter? in
            state.depth -= 1
            guard state.depth == 0 else { return nil }
            guard let next = state.waiters.first else {
                state.owner = nil
                return nil
            }
            state.waiters.removeFirst()
            (state.owner, state.depth) = (next.thread, 1)
            return next
        }
        next?.event.raise()
    }
}
