/// The reservations of a `MemoryBudget`, and the requests that wait for one, first come, first served.
///
/// Small and large requests wait in separate lines. While large requests wait, small requests may use only their own
/// share. So neither line blocks the other, and many small requests cannot make a large one wait for ever.
struct MemoryLedger {
    private struct Line {
        var held = 0
        /// How many requests hold a part or wait for one.
        var places = 0
        var waiting: [(bytes: Int, ticket: Int32)] = []
    }

    enum Answer { case taken, queued, refused }

    /// The most that one request may reserve, in bytes.
    let largest: Int
    private let bytes: Int
    private let smallShare: Int
    private let maxLarge: Int
    private let maxRequests: Int
    private var small = Line()
    private var large = Line()

    /// At most `maxRequests` requests hold a part or wait for one; at most `maxLarge` of them are large.
    init(bytes: Int, maxLarge: Int, maxRequests: Int = .max) {
        self.bytes = bytes
        self.maxLarge = maxLarge
        self.maxRequests = maxRequests
        smallShare = bytes / 8
        largest = bytes - smallShare
    }

    var held: Int { small.held + large.held }

    /// How many requests wait.
    var waiting: Int { small.waiting.count + large.waiting.count }

    /// Reserves `bytes`, or queues the request; then `ticket` is raised when the bytes are reserved. Without a ticket, a
    /// request that would wait is refused.
    mutating func take(_ bytes: Int, ticket: Int32?) -> Answer {
        let line = line(of: bytes)
        guard line == \.small || large.places < maxLarge, small.places + large.places < maxRequests else {
            return .refused
        }
        let isTaken = self[keyPath: line].waiting.isEmpty && fits(bytes)
        guard isTaken || ticket != nil else { return .refused }
        self[keyPath: line].places += 1
        if let ticket, !isTaken { self[keyPath: line].waiting.append((bytes, ticket)) }
        if isTaken { self[keyPath: line].held += bytes }
        return isTaken ? .taken : .queued
    }

    /// Returns `bytes` to the budget.
    mutating func give(_ bytes: Int) {
        let line = line(of: bytes)
        self[keyPath: line].held -= bytes
        self[keyPath: line].places -= 1
        advance()
    }

    /// Removes a request from its line; returns false if its bytes are already reserved.
    mutating func leave(_ bytes: Int, ticket: Int32) -> Bool {
        let line = line(of: bytes)
        guard let index = self[keyPath: line].waiting.firstIndex(where: { $0.ticket == ticket }) else { return false }
        self[keyPath: line].waiting.remove(at: index)
        self[keyPath: line].places -= 1
        advance()
        return true
    }

    private func line(of bytes: Int) -> WritableKeyPath<Self, Line> {
        bytes <= smallShare * 2 / 3 ? \.small : \.large
    }

    private func fits(_ bytes: Int) -> Bool {
        guard line(of: bytes) == \.small else { return large.held + bytes <= self.bytes - max(smallShare, small.held) }
        return small.held + bytes <= (large.waiting.isEmpty ? self.bytes - large.held : smallShare)
    }

    private mutating func advance() {
        // Large requests first: the share of the small ones grows when no large request waits.
        for line in [\Self.large, \Self.small] {
            while let first = self[keyPath: line].waiting.first, fits(first.bytes) {
                self[keyPath: line].waiting.removeFirst()
                self[keyPath: line].held += first.bytes
                WaitTicket.raise(first.ticket)
            }
        }
    }
}
