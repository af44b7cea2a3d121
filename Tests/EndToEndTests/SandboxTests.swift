import Foundation
import LocalHTTP
import TestSupport
import Testing

@Suite(.enabled(if: getuid() == 0, "only root can enclose a process"))
struct SandboxTests {
    @Test func `the service works under the restrictions of its unit`() throws {
        let instance = try Instance(activation: .sandboxed)
        let status = LogFile(path: "/proc/\(instance.portraitd.id)/status").text
        for restriction in ["NoNewPrivs:\t1", "Seccomp:\t2", "CapEff:\t0000000000000000"] {
            #expect(status.contains(restriction), "\(status)")
        }
        let token = try instance.token("alice")
        let answer = try instance.put(Photograph.fromPhone(), token: token)
        #expect(answer.status == 201, "\(answer.text)")
        let served = try Curl.send([try #require(answer.json["imageUrl"] as? String)])
        let seen = try #require(Photograph.look(at: served.body))
        #expect(Photograph.turn(of: seen.quarters) == 0)
        #expect(try instance.put(Photograph.small(turn: 1), token: token).status == 200)
        // The service can read the fonts: without them it would draw a silhouette.
        let drawn = try ["?d=initials&name=A", "?d=initials"].map { try instance.curl("/avatar/x\($0)").body }
        #expect(!drawn[0].isEmpty && drawn[0] != drawn[1])
        #expect(try instance.curl("/me/profileimage", token: token, "--request", "DELETE").status == 204)
        #expect(instance.publicFiles.isEmpty)
        #expect(instance.stop() == 0)
    }

    @Test func `the worker works under the restrictions of its unit`() throws {
        let picture = try Photograph.small(turn: 1)
        let server = try LocalServer { $1.answer(200, Array(picture)) }
        let instance = try Instance()
        let token = try instance.token("alice")
        let worker = try Instance.sandboxed(
            "worker",
            unit: "portraitd-worker.service",
            settings: instance.environment.merging(["PORTRAITD_OUTGOING_ALLOW": "127.0.0.1"]) { $1 },
            folder: instance.folder,
            log: LogFile(path: "\(instance.folder)/worker.log")
        )
        // A host name, because its look-up needs files and sockets.
        let body = #"{"url": "http://localhost:\#(server.port)/"}"#
        let answer = try instance.curl("/me/profileimage/import", token: token, "--json", body)
        #expect(answer.status == 202, "\(answer.text)")
        var job: [String: Any] = [:]
        try waitUntil {
            job = try instance.curl("/me/profileimage/import", token: token).json
            return job["finishedAt"] != nil
        }
        #expect(job["state"] as? String == "done", "\(job) \(LogFile(path: "\(instance.folder)/worker.log").text)")
        worker.signal(SIGTERM)
        #expect(worker.wait() == 0)
    }
}
