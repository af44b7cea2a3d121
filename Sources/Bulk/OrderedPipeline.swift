import Foundation

/// Works on numbered items with all cores, and hands the outcomes over in the items' order, many at a time.
///
/// The work goes on while outcomes are handed over, some batches ahead at most, so that neither waits for the other and
/// the memory is bounded.
struct OrderedPipeline: Sendable {
    /// One more than cores: one may wait for a file.
    private static let threads = ProcessInfo.processInfo.activeProcessorCount + 1

    /// How many outcomes are handed over together; fewer at the end.
    let batch: Int

    /// Returns when all outcomes were handed over. `work` runs on many threads, `handOver` on the caller's.
    /// - Throws: what `handOver` throws; the work ends then.
    func run<Outcome: Sendable>(
        count: Int,
        work: @escaping @Sendable (Int) -> Outcome,
        handOver: ([Outcome]) throws -> Void
    ) throws {
        let progress = PipelineProgress<Outcome>(count: count, batch: batch)
        for _ in 0..<min(Self.threads, count) {
            progress.addWorker()
            Thread.detachNewThread {
                while let index = progress.next() { progress.finish(index, work(index)) }
                progress.removeWorker()
            }
        }
        defer { progress.stop() }
        while let outcomes = progress.takeBatch() { try handOver(outcomes) }
    }
}
