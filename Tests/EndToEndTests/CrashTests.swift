import Foundation
import TestSupport
import Testing

@Suite struct CrashTests {
    private static let users = 4

    /// Each round puts pictures from several clients, kills the process at a random moment, and starts it again.
    @Test func `a kill at any moment leaves the old picture or the new one, and every answered one`() async throws {
        // Small pictures: it is the number of uploads that counts.
        let instance = try Instance(["PORTRAITD_WORKERS": "4", "PORTRAITD_SIDES": "64"])
        let tokens = try (0..<Self.users).map { try instance.token("user\($0)") }
        let pictures = try (0..<4).map { try Photograph.small(side: 64, turn: $0) }
        // The machine may be busy with other things.
        let pace = try ContinuousClock().measure { _ = try instance.put(pictures[0], token: tokens[0]) } / .seconds(1)
        // What was answered last, and what was sent after that and not answered.
        var known = [[0]] + Array(repeating: Set<Int?>([nil]), count: Self.users - 1)
        var answered = 0
        for _ in 0..<24 {
            let outcomes = try await withThrowingTaskGroup(of: (Int, Outcome).self) { group in
                for user in 0..<Self.users {
                    let before = known[user]
                    group.addTask {
                        try await onThread {
                            (
                                user,
                                try Self.upload(to: instance, token: tokens[user], pictures: pictures, before: before)
                            )
                        }
                    }
                }
                try await onThread {
                    Thread.sleep(forTimeInterval: .random(in: 0...max(0.2, 4 * pace)))
                    instance.stop(by: SIGKILL)
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            try instance.start()
            for user in 0..<Self.users {
                let outcome = try #require(outcomes[user])
                let allowed = outcome.allowed
                answered += outcome.answered
                let found = try Self.turn(for: tokens[user], on: instance)
                #expect(allowed.contains(found), "user \(user) has \(String(describing: found)), allowed \(allowed)")
                known[user] = [found]
            }
        }
        try Self.expectOnlyWholeFiles(in: instance)
        #expect(answered > 0)
        // Those that the process had taken when it was killed; nginx could not connect for the others.
        let cutOff = instance.nginxLog.split(separator: "\n").filter { $0.contains("while reading response header") }
        #expect(cutOff.count > 0)
    }

    private struct Outcome {
        /// The pictures that the user may have now.
        var allowed: Set<Int?>
        /// How many uploads were answered.
        var answered = 0
    }

    /// Uploads until the server is gone.
    private static func upload(
        to instance: Instance,
        token: String,
        pictures: [Data],
        before: Set<Int?>
    ) throws -> Outcome {
        var outcome = Outcome(allowed: before)
        while true {
            let turn = Int.random(in: 0..<pictures.count)
            outcome.allowed.insert(turn)
            let answer = try instance.put(pictures[turn], token: token)
            guard answer.status == 200 || answer.status == 201 else { return outcome }
            outcome.allowed = [turn]
            outcome.answered += 1
        }
    }

    /// Which picture the user has; nil when there is none. A picture that is named must be there, and whole.
    private static func turn(for token: String, on instance: Instance) throws -> Int? {
        let answer = try instance.curl("/me/profileimage", token: token, "--header", "Accept: application/json")
        if answer.status == 404 { return nil }
        #expect(answer.status == 200)
        let picture = try Curl.send([try #require(answer.json["imageUrl"] as? String)])
        #expect(picture.status == 200)
        let seen = try #require(Photograph.look(at: picture.body))
        let turn: Int = try #require(Photograph.turn(of: seen.quarters))
        return turn
    }

    /// A crash may leave files that no row names, but never a part of one under a public name.
    private static func expectOnlyWholeFiles(in instance: Instance) throws {
        for file in instance.publicFiles where file.hasSuffix(".jpg") {
            let data = try Data(contentsOf: URL(filePath: "\(instance.folder)/public/\(file)"))
            #expect(Photograph.look(at: data) != nil, "\(file)")
            #expect(data.suffix(2) == Data([0xFF, 0xD9]), "\(file)")
        }
    }
}
