import Synchronization

/// The memory that pictures may take at the same time, for the whole process.
///
/// Who asks for more than is free waits its turn, for a bounded time; small requests do not wait for large ones.
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
    /// The most that one request may ask for.
    package let largest: Int
    private let ledger: Mutex<MemoryLedger>
    /// The whole of it.
    package let bytes: Int

    /// - Parameters:
    ///   - least: what a request counts at least, so that only so many are worked on at once.
    ///   - maxLarge: how many large requests may hold a part or wait for one; so many threads are busy with them at most.
    ///   - maxRequests: how many of any size.
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

    /// Takes `bytes` of the budget, as soon as they are free.
    /// - Throws: `ImageError.tooMuchMemory` for what will never be free, `ImageError.busy` when the wait is over, or when
    ///   too many wait already.
    package func reserve(_ bytes: Int) throws(ImageError) -> Reservation {
        let bytes = max(bytes, least)
        guard bytes <= largest else { throw .tooMuchMemory(needed: bytes, limit: largest) }
        if ledger.withLock({ $0.take(bytes, turn: nil) }) != .taken { try wait(for: bytes) }
        return Reservation(self, bytes: bytes)
    }

    /// Runs `body` while `bytes` of the budget are taken, or all that one request may have where they are more.
    /// - Throws: `ImageError.busy` when the wait is over, or when too many wait already; or what `body` throws.
    package func holding<Value>(_ bytes: Int, _ body: () throws -> Value) throws -> Value {
        try holding(reserve(min(bytes, largest)), body)
    }

    private func holding<Value>(_ reserved: borrowing Reservation, _ body: () throws -> Value) throws -> Value {
        try body()
    }

    private func wait(for bytes: Int) throws(ImageError) {
        guard let turn = Turn() else { throw .busy }
        switch ledger.withLock({ $0.take(bytes, turn: turn.descriptor) }) {
        case .taken: return
        case .refused: throw .busy
        case .queued: turn.wait(for: patience)
        }
        guard ledger.withLock({ !$0.leave(bytes, turn: turn.descriptor) }) else { throw .busy }
    }

    /// What is taken now, in bytes.
    package var held: Int { ledger.withLock(\.held) }

    /// How many requests wait for a part now.
    package var waiting: Int { ledger.withLock(\.waiting) }
}
