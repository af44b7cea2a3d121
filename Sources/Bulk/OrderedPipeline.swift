import FoundationEssentials
import Threads

/// Processes numbered items on all cores, and delivers the outcomes in the items' order, in batches.
///
/// Processing continues while outcomes are delivered. It stays at most some batches ahead, so that the memory is
/// bounded.
struct OrderedPipeline: Sendable {
    /// One more than the number of cores, because one thread may wait for a file.
    private static let threads = ProcessInfo.processInfo.activeProcessorCount + 1

    /// The number of outcomes per delivery; the last delivery may have fewer.
    let batch: Int

    /// Processes all items, and returns after all outcomes are delivered. `work` runs on many threads, `handOver` on
    /// the caller's thread.
    /// - Throws: the error of `handOver`; processing stops then.
    func run<Outcome: Sendable>(
        count: Int,
        work: @escaping @Sendable (Int) -> Outcome,
        handOver: ([Outcome]) throws -> Void
    ) throws {
        let progress = PipelineProgress<Outcome>(count: count, batch: batch)
        var threads: [WorkerThread] = []
        defer {
            progress.stop()
            // Each ends after its current item.
            for thread in threads { while !thread.join(within: .seconds(60)) {} }
        }
        for _ in 0..<min(Self.threads, count) {
            threads.append(
                try WorkerThread {
                    while let index = progress.next() { progress.finish(index, work(index)) }
                }
            )
        }
        while let outcomes = progress.takeBatch() { try handOver(outcomes) }
    }
}

/// Tracks which items of a pipeline are taken, processed and delivered. The two sides wait for each other.
final class PipelineProgress<Outcome: Sendable>: Sendable {
    private struct State: Sendable {
        /// The next item to process.
        var next = 0
        /// The number of delivered outcomes.
        var taken = 0
        /// Outcomes in order that wait for delivery.
        var ready: [Outcome] = []
        /// Outcomes that wait for the outcome of an earlier item.
        var early: [Int: Outcome] = [:]
        var isStopped = false
    }

    /// The number of batches that may be in progress: one is delivered while the next is collected.
    private static var lead: Int { 2 }

    private let count: Int
    private let batch: Int
    private let state = Monitor(State())

    init(count: Int, batch: Int) {
        self.count = count
        self.batch = batch
    }

    /// Returns the next item to process, after waiting until it is not too far ahead; nil if there are no more items.
    func next() -> Int? {
        state.wait { [count, batch] state in
            if state.isStopped || state.next == count { return .some(nil) }
            guard state.next < state.taken + Self.lead * batch else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    func finish(_ index: Int, _ outcome: Outcome) {
        state.change { state in
            state.early[index] = outcome
            while let outcome = state.early.removeValue(forKey: state.taken + state.ready.count) {
                state.ready.append(outcome)
            }
        }
    }

    /// Returns the next outcomes in order; nil after the last.
    func takeBatch() -> [Outcome]? {
        let outcomes = state.wait { [count, batch] state -> [Outcome]? in
            guard state.ready.count >= batch || state.taken + state.ready.count == count else { return nil }
            let outcomes = Array(state.ready.prefix(batch))
            state.ready.removeFirst(outcomes.count)
            state.taken += outcomes.count
            return outcomes
        }
        return outcomes.isEmpty ? nil : outcomes
    }

    /// Prevents threads from taking more items.
    func stop() {
        state.change { $0.isStopped = true }
    }
}
