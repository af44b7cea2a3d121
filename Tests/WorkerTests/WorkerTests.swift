import Foundation
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Worker

@Suite struct WorkerTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private final class Counter: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }
        func add() { count.withLock { $0 += 1 } }
    }

    @Test func `a job repeats while there is work, and then waits`() throws {
        let (busy, idle) = (Counter(), Counter())
        let worker = try Worker(
            [
                Job("busy", every: .seconds(60)) { _ in
                    {
                        busy.add()
                        return busy.value < 100
                    }
                },
                Job("idle", every: .milliseconds(20)) { _ in
                    {
                        idle.add()
                        return false
                    }
                },
            ],
            logger: Self.logger
        )
        try worker.start()
        waitUntil { busy.value == 100 && idle.value >= 3 }
        #expect(busy.value == 100)
        #expect((3..<100).contains(idle.value))
        worker.stop()
        #expect(worker.join(within: .seconds(1)))
    }

    @Test func `a failing job does not disturb others and waits before the next attempt`() throws {
        struct Failure: Error {}
        let (failures, rounds) = (Counter(), Counter())
        let worker = try Worker(
            [
                Job("bad", every: .milliseconds(1)) { _ in
                    {
                        failures.add()
                        throw Failure()
                    }
                },
                Job("worse", every: .milliseconds(1)) { _ in
                    failures.add()
                    throw Failure()
                },
                Job("good", every: .milliseconds(1)) { _ in
                    {
                        rounds.add()
                        return false
                    }
                },
            ],
            logger: Self.logger
        )
        try worker.start()
        #expect(waitUntil { failures.value >= 2 })
        // A job in a busy loop would fail again during these rounds: its interval is the same.
        let before = rounds.value
        #expect(waitUntil { rounds.value >= before + 20 })
        #expect(failures.value == 2)
        worker.stop()
        #expect(worker.join(within: .seconds(1)))
    }

    @Test func `a stop waits for the work in progress up to a time limit`() throws {
        let (begun, released, ended) = (Counter(), Counter(), Counter())
        let worker = try Worker(
            [
                Job("long", every: .seconds(60)) { isStopped in
                    {
                        begun.add()
                        waitUntil(isStopped)
                        waitUntil { released.value == 1 }
                        ended.add()
                        return true
                    }
                }
            ],
            logger: Self.logger
        )
        try worker.start()
        #expect(waitUntil { begun.value == 1 })
        worker.stop()
        #expect(!worker.join(within: .zero))
        released.add()
        #expect(worker.join(within: .seconds(5)))
        #expect(begun.value == 1)
        #expect(ended.value == 1)
    }
}
