import Testing

@testable import Imaging

/// A budget of 1600, of which 200 are reserved for requests up to 133.
@Suite struct MemoryLedgerTests {
    private let fresh = MemoryLedger(bytes: 1600, maxLarge: 4)

    @Test func `a request over the free memory is refused`() throws {
        var ledger = fresh
        #expect(ledger.largest == 1400)
        #expect(ledger.take(1000, ticket: nil) == .taken)
        #expect(ledger.take(401, ticket: nil) == .refused)
        #expect(ledger.take(400, ticket: nil) == .taken)
        #expect(ledger.held == 1400)
        ledger.give(400)
        #expect(ledger.take(400, ticket: nil) == .taken)
    }

    @Test func `waiting requests are served in order when enough memory is free`() throws {
        var ledger = fresh
        let turns = try [#require(TestTurn()), #require(TestTurn())]
        #expect(ledger.take(1000, ticket: nil) == .taken)
        #expect(ledger.take(900, ticket: turns[0].descriptor) == .queued)
        // This request would fit, but an earlier one waits.
        #expect(ledger.take(400, ticket: turns[1].descriptor) == .queued)
        ledger.give(1000)
        #expect(turns.map(\.isRaised) == [true, true])
        #expect(ledger.held == 1300)
    }

    @Test func `a request that leaves the queue lets the next one proceed`() throws {
        var ledger = fresh
        let turns = try [#require(TestTurn()), #require(TestTurn())]
        #expect(ledger.take(1000, ticket: nil) == .taken)
        #expect(ledger.take(1200, ticket: turns[0].descriptor) == .queued)
        #expect(ledger.take(400, ticket: turns[1].descriptor) == .queued)
        #expect(ledger.waiting == 2)
        let hasLeft = ledger.leave(1200, ticket: turns[0].descriptor)
        #expect(ledger.waiting == 0)
        #expect(hasLeft)
        #expect(turns.map(\.isRaised) == [false, true])
        let isTooLate = !ledger.leave(400, ticket: turns[1].descriptor)
        #expect(isTooLate)
        #expect(ledger.held == 1400)
    }

    @Test func `the number of requests that hold or wait is limited`() throws {
        var ledger = MemoryLedger(bytes: 1600, maxLarge: 4, maxRequests: 3)
        let ticket = try #require(TestTurn())
        #expect(ledger.take(1400, ticket: nil) == .taken)
        #expect(ledger.take(1300, ticket: ticket.descriptor) == .queued)
        #expect(ledger.take(1, ticket: nil) == .taken)
        #expect(ledger.take(1, ticket: nil) == .refused)
        ledger.give(1)
        #expect(ledger.take(1, ticket: nil) == .taken)
    }

    @Test func `small requests do not wait for large ones`() throws {
        var ledger = fresh
        let ticket = try #require(TestTurn())
        #expect(ledger.take(1400, ticket: nil) == .taken)
        #expect(ledger.take(1300, ticket: ticket.descriptor) == .queued)
        #expect(ledger.take(100, ticket: nil) == .taken)
        #expect(ledger.take(100, ticket: nil) == .taken)
        #expect(ledger.take(1, ticket: nil) == .refused)
    }

    @Test func `small requests proceed after the last large one has stopped waiting`() throws {
        var ledger = fresh
        let turns = try [#require(TestTurn()), #require(TestTurn())]
        #expect(ledger.take(1400, ticket: nil) == .taken)
        #expect(ledger.take(400, ticket: turns[0].descriptor) == .queued)
        #expect(ledger.take(133, ticket: nil) == .taken)
        #expect(ledger.take(133, ticket: turns[1].descriptor) == .queued)
        ledger.give(1400)
        #expect(turns.map(\.isRaised) == [true, true])
        #expect(ledger.held == 666)
    }

    @Test func `many small requests do not block a large one`() throws {
        var ledger = fresh
        let ticket = try #require(TestTurn())
        for _ in 0..<10 { #expect(ledger.take(100, ticket: nil) == .taken) }
        #expect(ledger.take(1400, ticket: ticket.descriptor) == .queued)
        #expect(ledger.take(100, ticket: nil) == .refused, "the large one waits")
        for _ in 0..<8 { ledger.give(100) }
        #expect(ticket.isRaised)
        #expect(ledger.held == 1600)
    }

    @Test func `the number of large requests that hold or wait is limited`() throws {
        var ledger = fresh
        let turns = try (0..<2).map { _ in try #require(TestTurn()) }
        #expect(ledger.take(700, ticket: nil) == .taken)
        #expect(ledger.take(700, ticket: nil) == .taken)
        for ticket in turns { #expect(ledger.take(700, ticket: ticket.descriptor) == .queued) }
        #expect(ledger.take(140, ticket: turns[0].descriptor) == .refused)
        #expect(ledger.take(100, ticket: nil) == .taken)
        ledger.give(700)
        #expect(ledger.take(140, ticket: turns[0].descriptor) == .queued)
    }
}

/// A ticket that can be kept in an array.
private final class TestTurn {
    private let ticket: WaitTicket

    init?() {
        guard let ticket = WaitTicket() else { return nil }
        self.ticket = ticket
    }

    var descriptor: Int32 { ticket.descriptor }

    var isRaised: Bool {
        let start = ContinuousClock.now
        ticket.wait(for: .seconds(1))
        return start.duration(to: .now) < .milliseconds(900)
    }
}
