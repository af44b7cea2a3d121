import CImaging
import Glibc
import Synchronization

/// The memory that pictures may take at the same time, for the whole process.
///
/// A request for more than is free waits in line for a bounded time. Small requests do not wait for large ones.
package final class MemoryBudget: Sendable {
    /// A part of the budget, which is free again when the reservation ends.
    package struct Reservation: ~Copyable {
        private let budget: MemoryBudget
        private let bytes: Int

        fileprivate init(_ budget: MemoryBudget, bytes: Int) {
            self.budget = budget
            self.bytes = bytes
        }

        deinit { budget.ledger.withLock { $0.give(bytes) } }
    }

    private let patience: Duration
    private let least: Int
    /// The most that one request may reserve, in bytes.
    package let largest: Int
    private let ledger: Mutex<MemoryLedger>
    /// The whole budget.
    package let bytes: Int

    /// - Parameters:
    ///   - least: the bytes that a request counts at least; this bounds the number of concurrent requests.
    ///   - maxLarge: how many large requests may hold a part or wait for one; this bounds the threads that are busy
    ///     with them.
    ///   - maxRequests: how many requests of any size may hold a part or wait for one.
    ///   - patience: how long a request waits.
    package init(
        bytes: Int = 175 << 20,
        least: Int = 0,
        maxLarge: Int = 16,
        maxRequests: Int = .max,
        patience: Duration = .seconds(10)
    ) {
        let ledger = MemoryLedger(bytes: bytes, maxLarge: maxLarge, maxRequests: maxRequests)
        self.bytes = bytes
        self.least = least
        self.patience = patience
        largest = ledger.largest
        self.ledger = Mutex(ledger)
    }

    /// Reserves `bytes` of the budget, as soon as they are free.
    /// - Throws: `ImageError.tooMuchMemory` for more than `largest`; `ImageError.busy` when the wait is over, or when
    ///   too many requests wait already.
    package func reserve(_ bytes: Int) throws(ImageError) -> Reservation {
        let bytes = max(bytes, least)
        guard bytes <= largest else { throw .tooMuchMemory(needed: bytes, limit: largest) }
        if ledger.withLock({ $0.take(bytes, ticket: nil) }) != .taken { try wait(for: bytes) }
        return Reservation(self, bytes: bytes)
    }

    /// Runs `body` while `bytes` of the budget are reserved, but at most `largest`.
    /// - Throws: `ImageError.busy` when the wait is over, or when too many requests wait already; or the error of
    ///   `body`.
    package func holding<Value>(_ bytes: Int, _ body: () throws -> Value) throws -> Value {
        try holding(reserve(min(bytes, largest)), body)
    }

    private func holding<Value>(_ reserved: borrowing Reservation, _ body: () throws -> Value) throws -> Value {
        try body()
    }

    private func wait(for bytes: Int) throws(ImageError) {
        guard let ticket = WaitTicket() else { throw .busy }
        switch ledger.withLock({ $0.take(bytes, ticket: ticket.descriptor) }) {
        case .taken: return
        case .refused: throw .busy
        case .queued: ticket.wait(for: patience)
        }
        guard ledger.withLock({ !$0.leave(bytes, ticket: ticket.descriptor) }) else { throw .busy }
    }

    /// The bytes that are reserved now.
    package var held: Int { ledger.withLock(\.held) }

    /// How many requests wait for a part now.
    package var waiting: Int { ledger.withLock(\.waiting) }
}

/// The wait of one thread for another. It is an eventfd(2), because poll(2) takes a time limit.
struct WaitTicket: ~Copyable {
    let descriptor: Int32

    /// Fails if the process has no file descriptor left.
    init?() {
        let opened = eventfd(0, Int32(EFD_CLOEXEC))
        guard opened >= 0 else { return nil }
        descriptor = opened
    }

    deinit { close(descriptor) }

    /// Returns when the ticket is raised, or after `time`.
    func wait(for time: Duration) {
        let deadline = SuspendingClock.now + time
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        var left = time
        // A signal ends poll(2) early.
        while left > .zero, unsafe poll(&poller, 1, Int32(clamping: Int64(left / .milliseconds(1)) + 1)) <= 0 {
            left = deadline - .now
        }
    }

    /// Wakes the thread that waits for the ticket with this descriptor.
    static func raise(_ descriptor: Int32) {
        eventfd_write(descriptor, 1)
    }
}

/// The C library's allocator, which all decoders share.
package enum Allocator {
    /// Makes the allocator return the memory of large pictures to the system; to be called once, before other threads
    /// start.
    ///
    /// By default glibc raises the size from which it returns blocks, up to 32 MiB, each time a large block is freed,
    /// and keeps smaller blocks in each arena. After three rounds of eight large uploads 380 MiB stayed resident; with
    /// these settings 8 MiB.
    package static func returnLargeBlocks() {
        _ = mallopt(M_MMAP_THRESHOLD, 1 << 20)
        // mallopt(3): setting M_MMAP_THRESHOLD fixes M_TRIM_THRESHOLD at 128 KiB; then each small picture would return
        // memory that the next picture needs.
        _ = mallopt(M_TRIM_THRESHOLD, 1 << 20)
    }
}
