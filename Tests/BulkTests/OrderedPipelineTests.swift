@testable import Bulk
import Synchronization
import Testing

@Suite struct OrderedPipelineTests {
    @Test(arguments: [0, 1, 7, 8, 9, 1000])
    func `outcomes come in order, and every batch except the last is full`(_ count: Int) throws {
        var batches: [[Int]] = []
        try OrderedPipeline(batch: 8).run(count: count, work: { $0 * 2 }, handOver: { batches.append($0) })
        #expect(batches.flatMap(\.self) == (0..<count).map { $0 * 2 })
        #expect(batches.dropLast().allSatisfy { $0.count == 8 })
        #expect(batches.allSatisfy { !$0.isEmpty })
    }

    @Test func `the work is never far ahead of the output`() throws {
        let handedOver = Mutex(0)
        let farthest = Mutex(0)
        try OrderedPipeline(batch: 4).run(count: 200) { index in
            let lead = index - handedOver.withLock { $0 }
            farthest.withLock { $0 = max($0, lead) }
            return index
        } handOver: { outcomes in
            handedOver.withLock { $0 += outcomes.count }
        }
        // One more batch may be in transit.
        #expect(farthest.withLock { $0 } < 4 * 4)
    }

    @Test func `an error stops the work`() throws {
        let done = Mutex(0)
        #expect(throws: CancellationError.self) {
            try OrderedPipeline(batch: 4).run(count: 1000) { index in
                done.withLock { $0 += 1 }
                return index
            } handOver: { _ in
                throw CancellationError()
            }
        }
        let count = done.withLock { $0 }
        #expect(count < 100)
    }
}
