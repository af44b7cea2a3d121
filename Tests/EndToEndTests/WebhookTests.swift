import Foundation
import Testing

@Suite struct WebhookTests {
    private static func webhook(_ instance: Instance, _ arguments: String...) throws -> String {
        try Project.output(Project.portraitd, ["webhook"] + arguments, environment: instance.environment)
    }

    /// Adds a webhook, and returns its identifier and secret.
    private static func add(_ instance: Instance, _ url: String, _ options: [String] = []) throws -> (String, String) {
        let arguments = ["webhook", "add", "--url", url] + options
        let words = try Project.output(Project.portraitd, arguments, environment: instance.environment)
            .split(separator: "\t").map(String.init)
        try #require(words.count == 2)
        return (words[0], words[1])
    }

    private static func startWorker(_ instance: Instance) throws -> ChildProcess {
        try ChildProcess(
            Project.portraitd,
            ["worker"],
            environment: instance.environment,
            errorOutput: LogFile(path: "\(instance.folder)/worker.log")
        )
    }

    private static func rename(_ instance: Instance, _ name: String, token: String) throws -> Bool {
        let answer = try instance.patch("/me", token: token, "{\"fullName\":\"\(name)\"}")
        return answer.status == 200 || answer.status == 201
    }

    @Test func `a receiver gets and verifies every event of a user beside a dead receiver`() throws {
        let instance = try Instance(["PORTRAITD_PUBLIC_URL": "https://img.example.com"])
        let receiver = try Receiver()
        let (id, secret) = try Self.add(instance, receiver.url)
        let dead = try Self.add(instance, "http://127.0.0.1:1/", ["--events", "profileimage.set,profile.erased"])
        let process = try receiver.start(secret: secret)
        let worker = try Self.startWorker(instance)
        let token = try instance.token("alice")

        _ = try instance.put(Photograph.small(side: 64, turn: 0), token: token)
        _ = try instance.put(Photograph.small(side: 64, turn: 1), token: token)
        _ = try instance.curl("/me/profileimage", token: token, "--request", "DELETE")
        // The erasure deletes unsent events, so all events must arrive first.
        _ = receiver.messages { $0.last?.type == "profileimage.removed" }
        _ = try instance.curl("/me", token: token, "--request", "DELETE")
        let messages = receiver.messages { $0.last?.type == "profile.erased" }
        #expect(
            messages.map(\.type) == [
                "profile.created", "profileimage.set", "profileimage.replaced", "profileimage.removed",
                "profile.erased",
            ]
        )
        #expect(messages.last?.person == nil)
        #expect(messages.allSatisfy { $0.subject == "alice" })

        let list = try Self.webhook(instance, "list")
        #expect(list.contains(id) && list.contains("0 pending") && list.contains("1 pending"))
        #expect(list.contains(dead.0) && !list.contains("whsec_") && !list.contains(secret))
        #expect(try Self.webhook(instance, "test", id) == "HTTP 204")
        #expect(try Self.webhook(instance, "test", dead.0) == "")
        worker.signal(SIGTERM)
        #expect(worker.wait() == 0)
        withExtendedLifetime(process) {}
    }

    @Test func `a receiver with the former secret accepts messages after a rotation, and replays arrive`() throws {
        let instance = try Instance()
        let receiver = try Receiver()
        let (id, secret) = try Self.add(instance, receiver.url)
        let process = try receiver.start(secret: secret)
        let worker = try Self.startWorker(instance)
        let token = try instance.token("alice")
        #expect(try Self.rename(instance, "Ann", token: token))
        let first = receiver.messages { $0.count == 1 }
        #expect(first.first?.person?["fullName"] as? String == "Ann")

        let rotated = try Self.webhook(instance, "rotate", id)
        #expect(rotated.hasPrefix("whsec_") && rotated != secret)
        #expect(try Self.rename(instance, "Bea", token: token))
        #expect(receiver.messages { $0.count == 2 }.last?.person?["fullName"] as? String == "Bea")
        #expect(try Self.webhook(instance, "replay", #require(first.first?.id)) == "1 deliveries")
        let replayed = receiver.messages { $0.count == 3 }
        #expect(replayed.last?.id == first.first?.id)

        // A receiver with only the former secret refuses messages that only the new one has signed.
        _ = try Self.webhook(instance, "rotate", id, "--overlap", "0")
        #expect(try Self.webhook(instance, "test", id).hasPrefix("HTTP 400"))
        withExtendedLifetime((process, worker)) {}
    }
}
