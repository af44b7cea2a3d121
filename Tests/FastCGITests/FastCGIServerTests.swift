import Glibc
import TestSupport
import Testing
import Threads

@testable import FastCGI

@Suite struct FastCGIServerTests {
    /// Sends requests from `count` threads, and returns the threads and the answers.
    private func requests(
        _ count: Int,
        to path: String,
        of each: Int = 1
    ) throws -> (threads: [WorkerThread], answers: Recorder<String>) {
        let answers = Recorder<String>()
        let threads = try (0..<count).map { number in
            try WorkerThread {
                for _ in 0..<each {
                    let reply = try? FastCGIClient.exchange(path, FastCGIRecord.request(["NUMBER": "\(number)"]))
                    answers.record(reply?.text ?? "refused")
                }
            }
        }
        return (threads, answers)
    }

    /// Sends `count` requests, and returns when their connections are in the listener's backlog: connect(2) of a local
    /// socket does not wait for accept(2).
    private func requestsInBacklog(
        _ count: Int,
        to path: String
    ) throws -> (threads: [WorkerThread], answers: Recorder<String>) {
        let (connected, answers) = (Recorder<Int>(), Recorder<String>())
        let threads = try (0..<count).map { number in
            try WorkerThread {
                guard let client = try? FastCGIClient(path: path) else { return answers.record("refused") }
                client.send(FastCGIRecord.request())
                connected.record(number)
                answers.record(client.receive().text)
            }
        }
        #expect(waitUntil { connected.values.count == count })
        return (threads, answers)
    }

    private func join(_ threads: [WorkerThread]) {
        for thread in threads { #expect(thread.join(within: .seconds(10))) }
    }

    private static let echo: @Sendable (FastCGIRequest) -> Void = { $0.answer($0.parameters["NUMBER"] ?? "") }

    @Test func `parallel clients get their own answers`() throws {
        try withServer(handle: Self.echo) { path, _ in
            let (threads, answers) = try requests(32, to: path, of: 25)
            join(threads)
            let expected = (0..<32).flatMap { number in
                Array(repeating: "Status: 200\r\n\r\n\(number)", count: 25)
            }
            #expect(answers.values.sorted() == expected.sorted())
        }
    }

    @Test func `long requests leave some workers for short ones`() throws {
        let (begun, release) = (Recorder<Int>(), Recorder<Int>())
        let handle: @Sendable (FastCGIRequest) -> Void = { request in
            guard request.parameters["LONG"] != nil else { return request.answer("short") }
            guard request.willTakeLong() else { return request.answer("too many") }
            begun.record(1)
            waitUntil { !release.values.isEmpty }
            request.answer("long")
        }
        let places = max(4, 2 * sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        try withServer(workers: 2 * places, handle: handle) { path, _ in
            // An eighth of the worker threads stays free.
            let most = 2 * places - max(1, 2 * places / 8)
            let long = try (0..<most).map { _ in
                try WorkerThread { _ = try? FastCGIClient.exchange(path, FastCGIRecord.request(["LONG": "1"])) }
            }
            #expect(waitUntil { begun.values.count == most })
            let reply = try FastCGIClient.exchange(path, FastCGIRecord.request([:]))
            #expect(reply.text == "Status: 200\r\n\r\nshort")
            let refused = try FastCGIClient.exchange(path, FastCGIRecord.request(["LONG": "1"]))
            #expect(refused.text == "Status: 200\r\n\r\ntoo many")
            release.record(1)
            join(long)
        }
    }

    @Test func `a stop answers the requests in progress`() throws {
        let (begun, release) = (Recorder<Int>(), Recorder<Int>())
        let handle: @Sendable (FastCGIRequest) -> Void = { request in
            begun.record(1)
            waitUntil { !release.values.isEmpty }
            request.answer("done")
        }
        try withServer(workers: 4, handle: handle) { path, server in
            let (threads, answers) = try requests(4, to: path)
            #expect(waitUntil { begun.values.count == 4 })
            server.stop()
            #expect(!server.isServing)
            #expect(!server.join(within: .zero))
            release.record(1)
            #expect(server.join(within: .seconds(5)))
            join(threads)
            #expect(answers.values == Array(repeating: "Status: 200\r\n\r\ndone", count: 4))
            #expect(throws: SystemCallError("connect", code: ENOENT)) { _ = try FastCGIClient(path: path) }
        }
    }

    @Test func `the server's own backlog is served before the end`() throws {
        let stopped = Recorder<Bool>()
        let handle: @Sendable (FastCGIRequest) -> Void = { request in
            waitUntil { !stopped.values.isEmpty }
            request.answer("done")
        }
        try withServer(workers: 1, handle: handle) { path, server in
            let (busy, answer) = try requests(1, to: path)
            #expect(waitUntil { server.longestRunning > .zero })
            // The only worker thread is busy: these connections stay in the backlog until the server is stopped.
            let (waiting, answers) = try requestsInBacklog(11, to: path)
            server.stop()
            stopped.record(true)
            #expect(server.join(within: .seconds(5)))
            join(busy + waiting)
            #expect(answer.values + answers.values == Array(repeating: "Status: 200\r\n\r\ndone", count: 12))
        }
    }

    @Test func `the backlog of an inherited socket is left to the next process`() throws {
        let folder = try TemporaryFolder()
        let owner = try Listener.bind(path: folder.file("sock"))
        let stopped = Recorder<Bool>()
        func server(_ name: String) throws -> FastCGIServer {
            let server = try FastCGIServer(listener: .adopt(dup(owner.descriptor)), workers: 1) { request in
                waitUntil { !stopped.values.isEmpty }
                request.answer(name)
            }
            try server.start()
            return server
        }
        let first = try server("first")
        let (busy, answer) = try requests(1, to: folder.file("sock"))
        #expect(waitUntil { first.longestRunning > .zero })
        // The only worker thread is busy, so the server accepts none of these.
        let (waiting, answers) = try requestsInBacklog(5, to: folder.file("sock"))
        first.stop()
        stopped.record(true)
        #expect(first.join(within: .seconds(5)))
        let second = try server("second")
        join(busy + waiting)
        second.stop()
        #expect(second.join(within: .seconds(5)))
        #expect(answer.values == ["Status: 200\r\n\r\nfirst"])
        #expect(answers.values == Array(repeating: "Status: 200\r\n\r\nsecond", count: 5))
    }

    @Test func `no signal interrupts a worker`() throws {
        let blocked = Recorder<[Bool]>()
        let handle: @Sendable (FastCGIRequest) -> Void = { _ in
            var mask = sigset_t()
            unsafe pthread_sigmask(SIG_BLOCK, nil, &mask)
            blocked.record([SIGTERM, SIGHUP, SIGUSR1, SIGCHLD, SIGSEGV].map { unsafe sigismember(&mask, $0) == 1 })
        }
        try withServer(handle: handle) { path, _ in
            _ = try FastCGIClient.exchange(path, FastCGIRecord.request())
        }
        #expect(blocked.values == [[true, true, true, true, false]])
    }

    @Test func `an idle server stops at once`() throws {
        try withServer(handle: Self.echo) { _, server in
            server.stop()
            #expect(server.join(within: .seconds(1)))
        }
    }

    @Test func `servers on one inherited socket take over from each other without a loss`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("sock")
        let owner = try Listener.bind(path: path)
        func server() throws -> FastCGIServer {
            let server = try FastCGIServer(listener: .adopt(dup(owner.descriptor)), workers: 2, handle: Self.echo)
            try server.start()
            return server
        }
        var current = try server()
        let (threads, answers) = try requests(8, to: path, of: 250)
        for round in 1...5 {
            // Each server takes over in the middle of the requests.
            #expect(waitUntil { answers.values.count >= 250 * round })
            let next = try server()
            current.stop()
            #expect(current.join(within: .seconds(5)))
            current = next
        }
        // The backlog waits for the next server, even if there is none for a while.
        current.stop()
        #expect(current.join(within: .seconds(5)))
        let early = try FastCGIClient(path: path)
        early.send(FastCGIRecord.request())
        #expect(answers.values.count < 2_000)
        current = try server()
        #expect(early.receive().text.hasPrefix("Status: 200"))
        join(threads)
        #expect(answers.values.count == 2_000)
        #expect(answers.values.count { $0.hasPrefix("Status: 200") } == 2_000)
        current.stop()
        #expect(current.join(within: .seconds(5)))
    }

    @Test func `a silent connection blocks neither a worker nor a stop`() throws {
        try withServer(workers: 1, handle: Self.echo) { path, server in
            let silent = try FastCGIClient(path: path)
            for _ in 0..<20 {
                #expect(try FastCGIClient.exchange(path, FastCGIRecord.request()).ends == 1)
            }
            server.stop()
            #expect(server.join(within: .seconds(2)))
            #expect(silent.receive().ends == 0)
        }
    }

    @Test func `the server measures the oldest request in progress`() throws {
        let (begun, release) = (Recorder<Int>(), Recorder<Int>())
        let handle: @Sendable (FastCGIRequest) -> Void = { _ in
            begun.record(1)
            waitUntil { !release.values.isEmpty }
        }
        try withServer(workers: 2, handle: handle) { path, server in
            #expect(server.longestRunning == .zero)
            let (threads, _) = try requests(1, to: path)
            #expect(waitUntil { server.longestRunning > .milliseconds(100) })
            let (more, _) = try requests(1, to: path)
            #expect(waitUntil { begun.values.count == 2 })
            #expect(server.longestRunning > .milliseconds(100))
            release.record(1)
            join(threads + more)
            #expect(waitUntil { server.longestRunning == .zero })
        }
    }

    @Test func `a failed listener ends the service without a busy loop`() throws {
        try withServer(workers: 2, handle: Self.echo) { path, server in
            #expect(server.isServing)
            let copy = dup(try descriptor(of: path))
            shutdown(copy, Int32(SHUT_RDWR))
            close(copy)
            #expect(server.join(within: .seconds(2)))
            #expect(!server.isServing)
        }
    }

    /// The listening socket of this process whose name is `path`.
    private func descriptor(of path: String) throws -> Int32 {
        for descriptor in Int32(3)..<1_024 {
            var address = sockaddr_un()
            var length = socklen_t(MemoryLayout<sockaddr_un>.size)
            let name = unsafe withUnsafeMutablePointer(to: &address) { pointer -> String? in
                let isNamed = unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe getsockname(descriptor, $0, &length) == 0
                }
                guard isNamed else { return nil }
                return unsafe withUnsafeBytes(of: &pointer.pointee.sun_path) {
                    unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
            }
            if name == path { return descriptor }
        }
        throw SystemCallError("getsockname")
    }
}
