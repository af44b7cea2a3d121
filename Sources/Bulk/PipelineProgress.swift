import Foundation
import Synchronization

/// Which items of a pipeline are taken, worked on and handed over.
///
/// Its two sides wait for each other on `condition`. The mutex inside is never waited for: it lets the compiler see that
/// nobody reaches the state alone.
final class PipelineProgress<Outcome: Sendable>: Sendable {
    private struct State {
        var workers = 0
        /// The next item to be worked on.
        var next = 0
        /// How many were taken to be handed over.
        var taken = 0
        /// Outcomes in order, to be handed over.
        var ready: [Outcome] = []
        /// Outcomes of items that come after one whose outcome is not there yet.
        var early: [Int: Outcome] = [:]
        var isStopped = false
    }

    /// How many batches may be worked on or wait: one is being handed over, one gathers.
    private static var lead: Int { 2 }

    private let count: Int
    private let batch: Int
    private let condition = NSCondition()
    private let state = Mutex(State())

    init(count: Int, batch: Int) {
        self.count = count
        self.batch = batch
    }

    func addWorker() {
        change { $0.workers += 1 }
    }

    func removeWorker() {
        change { $0.workers -= 1 }
    }

    /// The next item to work on, as soon as it is not too far ahead; nil when there is none any more.
    func next() -> Int? {
        wait { [count, batch] state in
            if state.isStopped || state.next == count { return .some(nil) }
            guard state.next < state.taken + Self.lead * batch else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    func finish(_ index: Int, _ outcome: Outcome) {
        change { state in
            state.early[index] = outcome
            while let outcome = state.early.removeValue(forKey: state.taken + state.ready.count) {
                state.ready.append(outcome)
            }
        }
    }

    /// The next outcomes in order; nil after the last.
    func takeBatch() -> [Outcome]? {
        let outcomes = wait { [count, batch] state -> [Outcome]? in
            guard state.ready.count >= batch || state.taken + state.ready.count == count else { return nil }
            let outcomes = Array(state.ready.prefix(batch))
            state.ready.removeFirst(outcomes.count)
            state.taken += outcomes.count
            return outcomes
        }
        // The workers may go further ahead.
        change { _ in }
        return outcomes.isEmpty ? nil : outcomes
    }

    /// Lets no worker take another item, and returns when they have ended.
    func stop() {
        change { $0.isStopped = true }
        wait { $0.workers == 0 ? () : nil }
    }

    private func change(_ body: (inout State) -> Void) {
        condition.lock()
        state.withLock { body(&$0) }
        condition.broadcast()
        condition.unlock()
    }

    /// Waits until `body` has an answer.
    private func wait<Value>(for body: (inout State) -> Value?) -> Value {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let value = state.withLock({ body(&$0) }) { return value }
            condition.wait()
        }
    }
}
