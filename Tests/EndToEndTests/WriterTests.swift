import Foundation
import TestSupport
import Testing

/// Requests that wait for the database's one writer do not delay other requests.
@Suite struct WriterTests {
    /// Repeats requests while `isGoingOn`, and returns the longest duration.
    private func slowest(_ paths: [String], of instance: Instance, token: String, while isGoingOn: () -> Bool) throws
        -> Duration
    {
        var slowest = Duration.zero
        while isGoingOn() {
            for path in paths {
                let start = ContinuousClock.now
                #expect(try instance.curl(path, token: token).status == 200, "\(path)")
                slowest = max(slowest, start.duration(to: .now))
            }
        }
        return slowest
    }

    private func rename(_ token: String, to name: String, on instance: Instance) throws -> Int {
        try instance.patch("/me", token: token, #"{"displayName":"\#(name)"}"#).status
    }

    @Test func `reads, health and metrics go on while the writer is held for 30 seconds`() async throws {
        let outcome = try await onThread {
            let instance = try Instance(["PORTRAITD_WORKERS": "16"])
            let token = try instance.token("alice")
            #expect(try instance.put(Photograph.small(side: 64), token: token).status == 201)
            // Another process holds SQLite's lock, like a backup that hangs.
            let lock = try ChildProcess(
                "/usr/bin/sqlite3",
                ["\(instance.folder)/portraitd.sqlite", "BEGIN IMMEDIATE; SELECT 1;", ".shell sleep 30", "ROLLBACK;"]
            )
            #expect(try waitUntil { try rename(token, to: "A", on: instance) == 503 })
            let end = ContinuousClock.now + .seconds(25)
            // More writes than worker threads, which repeat their requests.
            let writes = Background {
                try Project.output(
                    "/usr/bin/curl",
                    [
                        "--silent", "--parallel", "--parallel-immediate", "--parallel-max", "40", "--output",
                        "/dev/null",
                        "--header", "Authorization: Bearer \(token)", "--request", "PATCH", "--data",
                        #"{"displayName":"A"}"#,
                        "--header", "Content-Type: application/json",
                        "--write-out", "%{http_code} %header{retry-after} %{time_total}\n", "--max-time", "40",
                        "\(instance.url)/me#[1-120]",
                    ]
                )
            }
            let paths = ["/healthz", "/me", "/me/profileimage", "/metrics", "/limits"]
            let slowest = try slowest(paths, of: instance, token: token) { ContinuousClock.now < end }
            let answers = try writes.value().split(separator: "\n").map { $0.split(separator: " ") }
            lock.wait()
            let written = try waitUntil { try rename(token, to: "B", on: instance) == 200 }
            return (slowest, answers.map { $0.map(String.init) }, written)
        }
        #expect(outcome.0 < .seconds(2), "\(outcome.0)")
        #expect(outcome.1.count == 120)
        // The last writes may come after the lock is free again.
        let refused = outcome.1.filter { $0[0] != "200" }
        #expect(refused.count > 60)
        #expect(refused.allSatisfy { $0[0] == "503" && ["2", "5"].contains($0[1]) }, "\(refused)")
        #expect(outcome.1.allSatisfy { $0.last.flatMap(Double.init) ?? 99 < 15 }, "\(outcome.1)")
        #expect(outcome.2)
    }

    @Test func `an import of 500 kB lets other writers in`() async throws {
        let outcome = try await onThread {
            let instance = try Instance(["PORTRAITD_DIALECTS": "auth0"])
            let token = try instance.token("alice")
            let key =
                try Project.output(
                    Project.portraitd,
                    ["key", "create", "--scope", "admin", "--name", "test"],
                    environment: instance.environment
                ).split(separator: "\n").last.map(String.init) ?? ""
            let rows = (0..<12_000).map { #"{"email":"u\#($0)@example.com"}"# }
            let file = "\(instance.folder)/users.json"
            try Data("[\(rows.joined(separator: ","))]".utf8).write(to: URL(filePath: file))
            let job = Background {
                try instance.curl(
                    "/api/v2/jobs/users-imports",
                    token: key,
                    "--form",
                    "users=@\(file)",
                    "--form",
                    "connection_id=con_usernamepassword"
                )
            }
            // Waits until the import is running.
            #expect(try rename(token, to: "A", on: instance) == 201)
            #expect(try waitUntil { try instance.curl("/users?email=u0@example.com", token: key).text.contains("u0@") })
            var slowest = Duration.zero
            for number in 0..<20 {
                let start = ContinuousClock.now
                let status = try rename(token, to: "A\(number)", on: instance)
                #expect(status == 200, "\(instance.log.suffix(2000))")
                slowest = max(slowest, start.duration(to: .now))
            }
            return (slowest, try job.value())
        }
        #expect(outcome.1.status == 202, "\(outcome.1.text)")
        #expect(outcome.0 < .seconds(3), "\(outcome.0)")
    }
}
