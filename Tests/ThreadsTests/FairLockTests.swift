import Synchronization
import TestSupport
import Testing
import Threads

@Suite struct FairLockTests {
    private let lock = FairLock()

    /// Takes the lock on a new thread, and holds it until `isOver` returns true.
    private func hold(until isOver: @escaping @Sendable () -> Bool) throws -> WorkerThread {
        let lock = lock
        let held = Held()
        let thread = try WorkerThread {
            try? lock.locked(waiting: .seconds(60)) {
                held.isHeld.withLock { $0 = true }
                waitUntil(isOver)
            }
        }
        waitUntil { held.isHeld.withLock { $0 } }
        return thread
    }

    private final class Held: Sendable {
        let isHeld = Mutex(false)
        let isOver = Mutex(false)
        let order = Mutex<[Int]>([])
    }

    @Test func `the owner can take the lock again, and the lock is free afterwards`() throws {
        let value = try lock.locked(waiting: .zero) { try lock.locked(waiting: .zero) { 7 } }
        #expect(value == 7)
        #expect(throws: CancellationError.self) { try lock.locked(waiting: .zero) { throw CancellationError() } }
        #expect(try lock.locked(waiting: .zero) { true })
    }

    @Test func `a thread that waits too long does not get the lock`() throws {
        let held = Held()
        let holder = try hold { held.isOver.withLock { $0 } }
        #expect(throws: FairLock.TimedOut.self) { try lock.locked(waiting: .milliseconds(50)) {} }
        held.isOver.withLock { $0 = true }
        #expect(holder.join(within: .seconds(60)))
        #expect(try lock.locked(waiting: .seconds(60)) { true })
    }

    @Test func `threads get the lock in the order of their arrival`() throws {
        let held = Held()
        let lock = lock
        let holder = try hold { held.isOver.withLock { $0 } }
        var threads: [WorkerThread] = []
        for number in 0..<5 {
            threads.append(
                try WorkerThread {
                    try? lock.locked(waiting: .seconds(60)) { held.order.withLock { $0.append(number) } }
                }
            )
            waitUntil { lock.waiting == number + 1 }
        }
        held.isOver.withLock { $0 = true }
        for thread in threads + [holder] { #expect(thread.join(within: .seconds(60))) }
        #expect(held.order.withLock { $0 } == [0, 1, 2, 3, 4])
    }

    @Test func `many threads never hold the lock together`() throws {
        let lock = lock
        let inside = Held()
        let threads = try (0..<8).map { _ in
            try WorkerThread {
                for _ in 0..<500 {
                    try? lock.locked(waiting: .seconds(60)) {
                        let wasInside = inside.isHeld.withLock { isHeld in
                            defer { isHeld = true }
                            return isHeld
                        }
                        if !wasInside { inside.order.withLock { $0.append(1) } }
                        inside.isHeld.withLock { $0 = false }
                    }
                }
            }
        }
        for thread in threads { #expect(thread.join(within: .seconds(60))) }
        #expect(inside.order.withLock(\.count) == 4000)
    }
}
