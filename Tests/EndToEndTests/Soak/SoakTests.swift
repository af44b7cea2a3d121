import Foundation
import TestSupport
import Testing

/// `make soak` runs this with a release build.
@Suite struct SoakTests {
    private static let minutes = Environment.number("PORTRAITD_SOAK_MINUTES")

    @Test(.enabled(if: minutes != nil)) func `under full load neither memory nor descriptors grow`() async throws {
        let seconds = 60 * (Self.minutes ?? 0)
        let (curves, faults, unanswered) = try await onThread {
            let load = try Load(users: 16, pictures: Self.pictures(), settings: ["PORTRAITD_SIDES": "32,64,512"])
            var curves = [
                ("server", load.instance.portraitd), ("worker", load.worker),
            ].flatMap { name, process in Usage.allCases.map { (UsageCurve($0, of: name), process) } }
            try load.run {
                let end = Date.now.addingTimeInterval(Double(seconds))
                while Date.now < end {
                    Thread.sleep(forTimeInterval: 1)
                    for index in curves.indices { curves[index].0.add(curves[index].0.usage.measure(curves[index].1)) }
                    if curves[0].0.values.count % 60 == 0 { Self.report(curves.map(\.0)) }
                }
            }
            try load.inspect()
            print("soak: \(load.summary)")
            let clients = load.clients
            return (curves.map(\.0), clients.flatMap(\.faults), clients.map(\.unanswered).reduce(0, +))
        }
        for curve in curves { print("soak: \(curve.description)") }
        let grown = curves.compactMap(\.fault)
        #expect(grown.isEmpty, "\(grown.joined(separator: "\n"))")
        #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
        #expect(unanswered == 0)
    }

    private static func report(_ curves: [UsageCurve]) {
        let now = curves.map { "\($0.process) \($0.values.last ?? 0) \($0.usage.rawValue)" }
        print("soak: \(curves.first?.values.count ?? 0) s: \(now.joined(separator: ", "))")
    }

    /// Formats and sizes with different costs; each file by its turn.
    private static func pictures() throws -> [[Data]] {
        [
            [try Photograph.fromPhone(), try Photograph.avif()],
            [try Photograph.small(side: 1500, turn: 1), try Photograph.small(turn: 1)],
            [try Photograph.small(side: 600, turn: 2)],
            [try Photograph.small(side: 2500, turn: 3), Giant.padded(try Photograph.small(turn: 3), to: 4_000_000)],
        ]
    }
}
