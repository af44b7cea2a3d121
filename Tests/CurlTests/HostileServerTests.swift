import Foundation
import HTTPTypes
import LocalHTTP
import Synchronization
import Testing

@testable import Curl

/// Servers that misbehave.
@Suite struct HostileServerTests {
    private static let chunk = [UInt8](repeating: 0x61, count: 10_000)

    private func get(_ server: LocalServer, _ change: (inout HTTPPolicy) -> Void = { _ in }) throws -> HTTPAnswer {
        var policy = HTTPPolicy.local
        change(&policy)
        var client = try HTTPClient(policy: policy)
        return try client.send(HTTPCall(.get, server.url))
    }

    @Test(arguments: ["", "Transfer-Encoding: chunked\r\n", "Content-Length: 999999999999\r\n"])
    func `an endless body is cut off`(_ field: String) throws {
        let sent = Mutex(0)
        let server = try LocalServer { _, connection in
            connection.send("HTTP/1.1 200 OK\r\n\(field)\r\n")
            let chunk =
                field.contains("chunked") ? Array("2710\r\n".utf8) + Self.chunk + Array("\r\n".utf8) : Self.chunk
            while connection.send(chunk) { sent.withLock { $0 += chunk.count } }
        }
        let answer = try get(server) { $0.maxBodyBytes = 25_000 }
        #expect(answer.isTruncated)
        #expect(answer.body.count == 25_000)
        #expect(sent.withLock { $0 } < 20_000_000)
    }

    @Test func `a body of exactly the limit is read completely`() throws {
        let server = try LocalServer { $1.answer(200, Self.chunk) }
        #expect(try !get(server) { $0.maxBodyBytes = 10_000 }.isTruncated)
        let answer = try get(server) { $0.maxBodyBytes = 9_999 }
        #expect(answer.isTruncated)
        #expect(answer.body.count == 9_999)
    }

    @Test func `a very slow body is given up`() throws {
        let server = try LocalServer { _, connection in
            connection.send("HTTP/1.1 200 OK\r\n\r\n")
            while connection.send("a") { usleep(50_000) }
        }
        let start = ContinuousClock.now
        #expect(throws: HTTPClientError.timedOut) { try get(server) { $0.stallTimeout = .seconds(1) } }
        #expect(start.duration(to: .now) < .seconds(5))
    }

    @Test func `a silent server is given up`() throws {
        let server = try LocalServer { _, _ in }
        let start = ContinuousClock.now
        #expect(throws: HTTPClientError.timedOut) { try get(server) { $0.timeout = .milliseconds(300) } }
        #expect(start.duration(to: .now) < .seconds(3))
    }

    @Test func `a transfer ends when its process stops`() throws {
        let server = try LocalServer { _, _ in }
        let start = ContinuousClock.now
        var client = try HTTPClient(policy: .local) { start.duration(to: .now) > .milliseconds(200) }
        #expect(throws: HTTPClientError.stopped) { try client.send(HTTPCall(.get, server.url)) }
        #expect(start.duration(to: .now) < .seconds(4))
    }

    @Test func `an endless response head is cut off`() throws {
        let server = try LocalServer { _, connection in
            connection.send("HTTP/1.1 200 OK\r\n")
            while connection.send("X-Filler: \(String(repeating: "a", count: 1_000))\r\n") {}
        }
        #expect(throws: HTTPClientError.malformed) { try get(server) }
    }

    @Test func `an endless line in the head is cut off`() throws {
        let server = try LocalServer { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nX-Filler: ")
            while connection.send(Self.chunk) {}
        }
        #expect(throws: HTTPClientError.self) { try get(server) }
    }

    @Test func `a compressed body is decoded if the policy says so, and its decoded size is limited`() throws {
        // The output of `printf hello | gzip -n`
        let hello: [UInt8] = [
            0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 7, 0, 0x86, 0xA6, 0x10, 0x36, 5, 0, 0, 0,
        ]
        let server = try LocalServer { $1.answer(200, hello, fields: ["Content-Encoding": "gzip"]) }
        #expect(try get(server) { $0.decodesContent = true }.body == Array("hello".utf8))
        #expect(server.requests.last?.fields["accept-encoding"]?.contains("gzip") == true)
        let short = try get(server) {
            $0.decodesContent = true
            $0.maxBodyBytes = 3
        }
        #expect(short.isTruncated)
        #expect(short.body == Array("hel".utf8))
        let broken = try LocalServer { $1.answer(200, "no gzip at all", fields: ["Content-Encoding": "gzip"]) }
        #expect(throws: HTTPClientError.self) { try get(broken) { $0.decodesContent = true } }
    }

    @Test func `a compressed body stays compressed if the policy does not decode`() throws {
        let server = try LocalServer { $1.answer(200, Self.chunk, fields: ["Content-Encoding": "gzip"]) }
        #expect(try get(server) { $0.maxBodyBytes = 20_000 }.body == Self.chunk)
    }

    @Test(arguments: ["hello\r\n", "HTTP/0.9\r\n\r\nhello", "HTTP/1.1 what\r\n\r\n", "\0\0\0\0\r\n\r\n"])
    func `bytes that are not HTTP are an error`(_ text: String) throws {
        let server = try LocalServer { _, connection in
            connection.send(text)
            connection.end()
        }
        #expect(throws: HTTPClientError.self) { try get(server) }
    }

    /// libcurl 7.88 appends the folded line to the last field of the previous transfer, which it has freed.
    /// AddressSanitizer reports this; without it the process crashes after some time.
    @Test(arguments: ["", "Location: /\r\n", "A: \(String(repeating: "b", count: 1_000))\r\n"])
    func `a folded line after the status line does not continue the previous answer`(_ field: String) throws {
        let server = try LocalServer { request, connection in
            guard request.target == "/folded" else {
                let value = String(repeating: "v", count: Int(request.target.dropFirst()) ?? 0)
                return connection.answer(200, "ok", fields: ["A": "1", "B": value])
            }
            connection.send("HTTP/1.1 200 OK\r\n c: d\r\n\te\r\n\(field)Content-Length: 2\r\n\r\nok")
        }
        let call = HTTPCall(.get, "\(server.url)/folded")
        var client = try HTTPClient(policy: .local)
        let first = Result { () throws(HTTPClientError) in try client.send(call).body }
        for length in 0..<100 {
            #expect(try client.send(HTTPCall(.get, "\(server.url)/\(length)")).status == .ok)
            let next = Result { () throws(HTTPClientError) in try client.send(call).body }
            #expect(next == first)
        }
    }

    @Test func `a truncated answer is an error`() throws {
        let server = try LocalServer { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
            connection.end()
        }
        #expect(throws: HTTPClientError.interrupted) { try get(server) }
    }

    @Test func `an answer does not contain the fields of a redirect`() throws {
        let server = try LocalServer { request, connection in
            guard request.target == "/" else { return connection.answer(200, "here", fields: ["A": "2"]) }
            connection.answer(302, Self.chunk, fields: ["Location": "/there", "A": "1", "B": "1"])
        }
        let answer = try get(server) { $0.maxRedirects = 1 }
        #expect(answer.fields[.init("A")!] == "2")
        #expect(answer.fields[.init("B")!] == nil)
        #expect(answer.body == Array("here".utf8))
    }
}
