import Foundation
import LocalHTTP
import TestSupport
import Testing

/// Imports by real worker processes, from a server on this machine, whose address is not public.
@Suite struct ImportTests {
    private static let settings = ["PORTRAITD_SIDES": "64"]
    private static let allowing = settings.merging(["PORTRAITD_OUTGOING_ALLOW": "127.0.0.1/32"]) { $1 }

    private func worker(for instance: Instance, _ more: [String: String] = [:]) throws -> ChildProcess {
        try ChildProcess(
            Project.portraitd,
            ["worker"],
            environment: instance.environment.merging(more) { $1 },
            errorOutput: LogFile(path: "\(instance.folder)/worker.log")
        )
    }

    private func ask(_ url: String, of instance: Instance, token: String) throws {
        let body = #"{"url": "\#(url)", "ifNone": true}"#
        let answer = try instance.curl(
            "/me/profileimage/import",
            token: token,
            "--json",
            body
        )
        #expect(answer.status == 202, "\(answer.text)")
        #expect(answer.headers["location"]?.hasSuffix("/me/profileimage/import") == true)
    }

    /// Waits until the import is finished, and returns it.
    private func outcome(of instance: Instance, token: String) throws -> [String: Any] {
        var job: [String: Any] = [:]
        try waitUntil {
            job = try instance.curl("/me/profileimage/import", token: token).json
            return job["finishedAt"] != nil
        }
        return job
    }

    @Test func `a worker fetches a picture without a proxy`() throws {
        let picture = try Photograph.small(turn: 1)
        let server = try LocalServer { $1.answer(200, Array(picture)) }
        let proxy = try LocalServer { $1.answer(502, "") }
        let instance = try Instance(Self.allowing)
        let token = try instance.token("alice")
        let names = ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]
        let worker = try worker(for: instance, Dictionary(uniqueKeysWithValues: names.map { ($0, proxy.url) }))
        try ask("\(server.url)/alice.jpg", of: instance, token: token)
        let job = try outcome(of: instance, token: token)
        #expect(job["state"] as? String == "done", "\(job)")
        let image = try instance.curl("/me/profileimage", token: token, "--header", "Accept: application/json").json
        #expect(image["id"] as? String == job["mediaId"] as? String)
        let served = try Curl.send([try #require(image["imageUrl"] as? String)])
        let seen = try #require(Photograph.look(at: served.body))
        #expect(Photograph.turn(of: seen.quarters) == 1)
        #expect(server.requests.first?.fields["user-agent"]?.hasPrefix("portraitd/") == true)
        #expect(proxy.connections == 0)
        worker.signal(SIGTERM)
        #expect(worker.wait() == 0)
    }

    @Test func `a service can be a worker too`() throws {
        let picture = try Photograph.small()
        let server = try LocalServer { $1.answer(200, Array(picture)) }
        let instance = try Instance(Self.allowing, activation: .withWorker)
        let token = try instance.token("alice")
        try ask(server.url, of: instance, token: token)
        #expect(try outcome(of: instance, token: token)["state"] as? String == "done")
        #expect(instance.stop() == 0)
    }

    @Test func `the worker refuses names and redirects that lead to this machine`() throws {
        let picture = try Photograph.small()
        let server = try LocalServer { $1.answer(200, Array(picture)) }
        let gate = try LocalServer { $1.redirect(to: "http://127.0.0.2:\(server.port)/") }
        let closed = try Instance(Self.settings)
        let open = try Instance(Self.allowing)
        let workers = try [closed, open].map { try worker(for: $0) }
        for (instance, url) in [
            (closed, "http://localhost:\(server.port)/"), (closed, "http://0x7f.1:\(server.port)/"), (open, gate.url),
        ] {
            let token = try instance.token("alice")
            try ask(url, of: instance, token: token)
            let job = try outcome(of: instance, token: token)
            #expect(job["state"] as? String == "failed", "\(url)")
            #expect(job["code"] as? String == "refused-address", "\(url)")
            #expect(job["reason"] as? String == "The URL leads to an address that is not public.")
            #expect(try instance.curl("/me/profileimage", token: token).status == 404)
        }
        #expect(server.connections == 0)
        #expect(gate.connections == 1)
        for worker in workers { worker.signal(SIGTERM) }
        #expect(workers.map { $0.wait() } == [0, 0])
    }

    @Test func `another worker takes over the job of a killed worker`() throws {
        let picture = try Photograph.small()
        // The first request is never answered.
        let server = try LocalServer { [once = Once()] in
            if once.isOver { $1.answer(200, Array(picture)) }
        }
        let instance = try Instance(Self.allowing)
        let token = try instance.token("alice")
        let first = try worker(for: instance)
        try ask(server.url, of: instance, token: token)
        waitUntil { !server.requests.isEmpty }
        // The test kills the worker first: a process that is only stopped may hold the database's lock.
        first.signal(SIGKILL)
        #expect(first.wait() == -SIGKILL)
        let database = "\(instance.folder)/portraitd.sqlite"
        _ = try Project.output("/usr/bin/sqlite3", [database, ".timeout 5000", "UPDATE import SET due_at = 0"])
        let second = try worker(for: instance)
        let job = try outcome(of: instance, token: token)
        #expect(job["state"] as? String == "done", "\(job)")
        #expect(job["attempts"] as? Int == 2)
        #expect(server.requests.count == 2)
        second.signal(SIGTERM)
        #expect(second.wait() == 0)
    }
}
