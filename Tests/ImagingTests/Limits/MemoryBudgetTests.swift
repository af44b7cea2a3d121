import Synchronization
import Testing

@testable import Imaging

@Suite struct MemoryBudgetTests {
    @Test func `a reservation over the limit is refused at once with the limit`() {
        let budget = MemoryBudget(bytes: 1600, maxLarge: 4, patience: .seconds(60))
        #expect(throws: ImageError.tooMuchMemory(needed: 1401, limit: 1400)) { _ = try budget.reserve(1401) }
    }

    @Test func `a reservation ends after its use, also with an error`() throws {
        let budget = MemoryBudget(bytes: 1600, maxLarge: 4, patience: .zero)
        func fail(in reserved: borrowing MemoryBudget.Reservation) throws {
            #expect(budget.held == 1400)
            throw ImageError.empty
        }
        #expect(throws: ImageError.empty) { try fail(in: budget.reserve(1400)) }
        #expect(budget.held == 0)
    }

    @Test func `a wait ends after the set time`() throws {
        let budget = MemoryBudget(bytes: 1600, maxLarge: 4, patience: .milliseconds(50))
        func wait(in reserved: borrowing MemoryBudget.Reservation) {
            let start = ContinuousClock.now
            #expect(throws: ImageError.busy) { _ = try budget.reserve(1000) }
            #expect(start.duration(to: .now) >= .milliseconds(50))
        }
        wait(in: try budget.reserve(1000))
        #expect(budget.held == 0)
    }

    @Test func `threads share a budget without exceeding it, and all are served`() async throws {
        let budget = MemoryBudget(bytes: 1600, maxLarge: 16, patience: .seconds(60))
        let meter = Meter()
        try await withThrowingTaskGroup { group in
            for thread in 0..<4 {
                group.addTask {
                    for turn in 0..<200 {
                        let bytes = [40, 400, 900, 1400][(thread + turn) % 4]
                        meter.pass(bytes, in: try budget.reserve(bytes))
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(meter.used.withLock(\.most) <= 1600)
        #expect(budget.held == 0)
    }

    @Test func `a small reservation counts as the minimum`() throws {
        let budget = MemoryBudget(bytes: 1600, least: 100, maxLarge: 4, patience: .zero)
        func held(in reserved: borrowing MemoryBudget.Reservation) -> Int { budget.held }
        #expect(try held(in: budget.reserve(1)) == 100)
        #expect(try held(in: budget.reserve(101)) == 101)
        #expect(budget.held == 0)
    }

    @Test func `a picture waits for memory, and is then processed or refused`() throws {
        let picture = TestPicture.quadrants(width: 600, height: 600).encoded(as: .jpeg, progressive: true)
        let output = ImageOutput(sides: [8], formats: [.jpeg])
        let needed = try DecodingTarget(picture, side: 8, crop: nil).memory(encodingAs: .jpeg)
        func process(within bytes: Int) throws {
            let memory = MemoryBudget(bytes: bytes, maxLarge: 4, patience: .zero)
            _ = try ImageProcessor(limits: ImageLimits(), output: output, memory: memory).process(picture, crop: nil)
            #expect(memory.held == 0)
        }
        try process(within: 10 << 20)
        #expect(throws: ImageError.self) { try process(within: needed) }
        let memory = MemoryBudget(bytes: 10 << 20, maxLarge: 4, patience: .zero)
        func refuse(in reserved: borrowing MemoryBudget.Reservation) {
            #expect(throws: ImageError.busy) {
                try ImageProcessor(limits: ImageLimits(), output: output, memory: memory).process(picture, crop: nil)
            }
        }
        refuse(in: try memory.reserve(memory.largest))
    }
}

/// Measures how much is in use at the same time.
private final class Meter: Sendable {
    let used = Mutex((now: 0, most: 0))

    func pass(_ bytes: Int, in reserved: borrowing MemoryBudget.Reservation) {
        used.withLock {
            $0.now += bytes
            $0.most = max($0.most, $0.now)
        }
        used.withLock { $0.now -= bytes }
    }
}
