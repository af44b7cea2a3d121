import Foundation
import TestSupport
import Testing

/// `make torture` runs this with many rounds.
@Suite struct TortureTests {
    private static let rounds = Environment.number("PORTRAITD_TORTURE_ROUNDS") ?? Victim.allCases.count

    @Test func `a kill of any process loses no answered change`() async throws {
        let (faults, unanswered) = try await onThread {
            let torture = try Torture()
            for round in 0..<Self.rounds {
                try torture.round(killing: Victim.allCases[round % Victim.allCases.count], after: .random(in: 0...1))
                if round % 20 == 19 { print("torture: round \(round + 1) of \(Self.rounds): \(torture.load.summary)") }
            }
            try torture.finishWork()
            try torture.load.inspect()
            let tokens = torture.load.clients.map(\.token)
            let (faults, collected) = try Inventory(instance: torture.load.instance, tokens: tokens).faults()
            let events = try torture.eventFaults()
            print(
                "torture: \(Self.rounds) kills: \(torture.load.summary), \(torture.load.received.count) events sent,"
                    + " \(collected) orphans collected"
            )
            let clients = torture.load.clients
            return (clients.flatMap(\.faults) + faults + events, clients.map(\.unanswered).reduce(0, +))
        }
        #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
        #expect(unanswered > 0, "nothing was in progress at any kill")
    }
}
