import Foundation
import TestSupport
import Testing

/// Reads a picture while it changes.
@Suite struct ReaderTests {
    private let instance: Instance
    private let token: String

    init() throws {
        // Pictures are small, because only the number of requests matters.
        instance = try Instance(["PORTRAITD_SIDES": "64"])
        token = try instance.token("alice")
    }

    @Test func `readers always get a picture while it is replaced`() async throws {
        let (instance, token) = (instance, token)
        let picture = try Photograph.small(side: 64)
        _ = try instance.put(picture, token: token)
        let failures = try await withThrowingTaskGroup(of: [Int].self) { group in
            group.addTask {
                try await onThread {
                    try (0..<25).map { _ in try instance.put(picture, token: token).status }.filter { $0 != 200 }
                }
            }
            for accept in ["image/*", "text/plain", "image/*"] {
                group.addTask {
                    try await onThread {
                        try (0..<25).map { _ in
                            try instance.curl("/me/profileimage", token: token, "--header", "Accept: \(accept)").status
                        }.filter { $0 != 200 }
                    }
                }
            }
            return try await group.reduce([], +)
        }
        #expect(failures.isEmpty)
    }

    @Test func `readers get a picture or 404 while it is set and deleted`() async throws {
        let (instance, token) = (instance, token)
        let picture = try Photograph.small(side: 64)
        let statuses: Set<Int> = try await withThrowingTaskGroup(of: Set<Int>.self) { group in
            group.addTask {
                try await onThread {
                    for _ in 0..<20 {
                        #expect(try instance.put(picture, token: token).status == 201)
                        let deletion = try instance.curl("/me/profileimage", token: token, "--request", "DELETE")
                        #expect(deletion.status == 204)
                    }
                    return []
                }
            }
            for accept in ["image/*", "text/plain", "application/json"] {
                group.addTask {
                    try await onThread {
                        try Set(
                            (0..<40).map { _ in
                                let header = "Accept: \(accept)"
                                return try instance.curl("/me/profileimage", token: token, "--header", header).status
                            }
                        )
                    }
                }
            }
            return try await group.reduce(into: []) { $0.formUnion($1) }
        }
        #expect(statuses.isSubset(of: [200, 404]), "\(statuses)")
    }

    @Test func `nginx sends a picture that is replaced after portraitd's answer`() async throws {
        let (instance, token) = (instance, token)
        #expect(try instance.put(Photograph.small(side: 64), token: token).status == 201)
        let strace = try await onThread { try Self.slowDown(instance) }
        let read = Background {
            try instance.curl("/me/profileimage", token: token, "--header", "Accept: image/*")
        }
        let replacement = try await onThread {
            waitUntil { Self.isAnswered(by: instance) }
            return try instance.put(Photograph.small(side: 64, turn: 1), token: token)
        }
        let answer = try read.value()
        strace.signal(SIGINT)
        strace.wait()
        #expect(replacement.status == 200)
        #expect(answer.status == 200)
        // The old picture, if the upload waited for the nginx process that was slowed down.
        let turn = Photograph.look(at: answer.body).flatMap { Photograph.turn(of: $0.quarters) }
        #expect(turn == 0 || turn == 1)
    }

    /// Delays nginx by more than a second per file: nginx opens each folder of the path, to refuse symbolic links.
    private static func slowDown(_ instance: Instance) throws -> ChildProcess {
        let messages = LogFile(path: "\(instance.folder)/strace.log")
        let strace = try ChildProcess(
            "/usr/bin/strace",
            ["-e", "trace=openat", "-e", "inject=openat:delay_enter=400000:when=1..4", "-o", "/dev/null"]
                + instance.nginxWorkers.flatMap { ["-p", String($0)] },
            errorOutput: messages
        )
        waitUntil { messages.text.contains("attached") }
        return strace
    }

    /// Whether portraitd has answered the request for the picture.
    private static func isAnswered(by instance: Instance) -> Bool {
        instance.log.split(separator: "\n").contains {
            $0.contains("method=GET") && $0.contains("route=/me/profileimage")
        }
    }
}
