import TestSupport
import Testing

@testable import FastCGI

/// FastCGI §3.5: the web server may ask to keep the connection for its next request.
@Suite struct KeptConnectionTests {
    private static let echo: @Sendable (FastCGIRequest) -> Void = { request in
        let body = (try? request.readBody(upTo: 100)) ?? []
        request.answer("\(request.parameters["NUMBER"] ?? "") \(body)")
    }

    private func request(_ number: Int, body: [UInt8] = []) -> [UInt8] {
        FastCGIRecord.request(
            ["NUMBER": "\(number)", "CONTENT_LENGTH": "\(body.count)"],
            body: body,
            keepsConnection: true
        )
    }

    @Test func `one connection carries many requests`() throws {
        try withServer(workers: 2, handle: Self.echo) { path, _ in
            let client = try FastCGIClient(path: path)
            for number in 0..<100 {
                client.send(request(number, body: [1, 2, 3]))
                #expect(client.receiveOne().text == "Status: 200\r\n\r\n\(number) [1, 2, 3]")
            }
        }
    }

    /// Otherwise nginx would send its next request on a closing connection, and answer a POST with 502.
    @Test(arguments: [1, 8_192, 1_000_000])
    func `a connection is kept after an unread body`(_ length: Int) throws {
        let answer: @Sendable (FastCGIRequest) -> Void = { $0.answer($0.parameters["NUMBER"] ?? "") }
        try withServer(workers: 1, handle: answer) { path, _ in
            let client = try FastCGIClient(path: path)
            for number in 0..<3 {
                client.send(request(number, body: [UInt8](repeating: 1, count: length)))
                #expect(client.receiveOne().text == "Status: 200\r\n\r\n\(number)")
            }
        }
    }

    /// Otherwise nginx would stop sending the body, and the worker thread would wait for the rest.
    @Test func `the response begins after an unread body`() throws {
        try withServer(workers: 1, handle: { $0.answer("") }) { path, _ in
            let client = try FastCGIClient(path: path)
            let request = request(0, body: [UInt8](repeating: 1, count: 400_000))
            // An early response would arrive before the server reads the second part.
            for part in [request[..<150_000], request[150_000..<300_000]] {
                client.send(Array(part))
                #expect(waitUntil { client.unreadBytes == 0 })
            }
            let isAnswered = client.isReadable(within: .zero)
            #expect(!isAnswered)
            client.send(Array(request.dropFirst(300_000)))
            #expect(client.receiveOne().text == "Status: 200\r\n\r\n")
        }
    }

    @Test func `a kept connection occupies no worker`() throws {
        try withServer(workers: 1, handle: Self.echo) { path, _ in
            let first = try FastCGIClient(path: path)
            let second = try FastCGIClient(path: path)
            for number in 0..<10 {
                first.send(request(number))
                #expect(first.receiveOne().ends == 1)
                second.send(request(number))
                #expect(second.receiveOne().ends == 1)
            }
        }
    }

    @Test func `without FCGI_KEEP_CONN the connection is closed`() throws {
        try withServer(handle: Self.echo) { path, _ in
            let reply = try FastCGIClient.exchange(path, FastCGIRecord.request())
            #expect(reply.ends == 1 && reply.isClosed)
        }
    }

    @Test func `a stop ends idle connections at once`() throws {
        try withServer(workers: 2, handle: Self.echo) { path, server in
            let client = try FastCGIClient(path: path)
            client.send(request(1))
            #expect(client.receiveOne().ends == 1)
            server.stop()
            #expect(server.join(within: .milliseconds(500)))
            let rest = client.receive()
            #expect(rest.ends == 0 && rest.isClosed)
        }
    }

    @Test func `a request that was sent before the stop is answered, and its connection closed`() throws {
        let (begun, stopped) = (Recorder<Int>(), Recorder<Int>())
        let handle: @Sendable (FastCGIRequest) -> Void = { request in
            if request.parameters["NUMBER"] == "2" {
                begun.record(2)
                waitUntil { !stopped.values.isEmpty }
            }
            request.answer("")
        }
        try withServer(workers: 1, handle: handle) { path, server in
            let client = try FastCGIClient(path: path)
            client.send(request(1))
            #expect(client.receiveOne().ends == 1)
            let busy = try FastCGIClient(path: path)
            busy.send(request(2))
            #expect(waitUntil { !begun.values.isEmpty })
            // The only worker thread is busy: this request waits on the idle connection while the server is stopped.
            client.send(request(3))
            server.stop()
            stopped.record(1)
            #expect(busy.receive().ends == 1)
            let reply = client.receive()
            #expect(reply.ends == 1 && reply.isClosed)
        }
    }

    /// nginx repeats a request that it could not send, but not a request that is lost with a closed connection.
    @Test func `the server does not read a request after its last answer`() throws {
        for _ in 0..<100 {
            let (begun, stopped) = (Recorder<Int>(), Recorder<Int>())
            let handle: @Sendable (FastCGIRequest) -> Void = { request in
                begun.record(1)
                waitUntil { !stopped.values.isEmpty }
                request.answer("")
            }
            try withServer(workers: 1, handle: handle) { path, server in
                let client = try FastCGIClient(path: path)
                client.send(request(1))
                waitUntil { !begun.values.isEmpty }
                server.stop()
                stopped.record(1)
                #expect(client.receiveOne().ends == 1)
                let isTaken = client.send(request(2))
                #expect(!isTaken)
            }
        }
    }
}
