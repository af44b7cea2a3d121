import HTTPTypes
import LocalHTTP
import Testing

@testable import Curl

/// Malformed status lines: each fails one transfer and never ends the process.
@Suite struct StatusLineTests {
    private static let wrong = [
        "HTTP/2 99999 x", "HTTP/2 1000", "HTTP/2 999", "HTTP/2 600", "HTTP/2 099", "HTTP/2 0", "HTTP/2 -1",
        "HTTP/2 2147483648", "HTTP/2 9223372036854775808", "HTTP/2 99999999999999999999999999 x", "HTTP/2", "HTTP/2 ",
        "HTTP/2 x", "HTTP/2 20", "HTTP/3 99999 x", "HTTP/3 0", "HTTP/3 -200 x",
        "HTTP/1.1 099 x", "HTTP/1.1 000 x", "HTTP/1.1 0 x", "HTTP/1.1 99 x", "HTTP/1.1 600 x", "HTTP/1.1 999 x",
        "HTTP/1.1 1000 x", "HTTP/1.1 -1 x", "HTTP/1.1 +200 x", "HTTP/1.1 0x200", "HTTP/1.1 99999 x",
        "HTTP/1.1 9223372036854775808 x", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 x", "HTTP/1.1  ", "HTTP/1.0 999 x",
        "HTTP/0.9 999 x", "HTTP/9 99999", "HTTP/1.99999 200 OK", "HTTP/99999.1 200 OK",
        "HTTP/1.1 \u{661}\u{660}\u{660}",
        "hello", "",
    ]

    /// Lines with an unusual form or version that may still be read as a status.
    private static let odd = [
        "HTTP/1.1 100", "HTTP/1.1 199 x", "HTTP/1.1 101 x", "HTTP/1.1 200", "HTTP/1.1 599 x", "HTTP/2 200",
        "HTTP/3 200",
        "HTTP/2 599 x", "HTTP/1.1 2000 x", "HTTP/1.1 20000000000000000000", "HTTP/1.0 204 x", "HTTP/1.1 304 x",
        "HTTP/1.1\t200 x", "HTTP/1.1 200\u{0}x", "http/1.1 200 x", "HTTP/1.1 200 \u{e9}\u{301}",
    ]

    private func get(_ url: String) throws -> HTTPAnswer {
        var policy = HTTPPolicy.local
        policy.maxRedirects = 3
        policy.timeout = .seconds(2)
        var client = try HTTPClient(policy: policy)
        return try client.send(HTTPCall(.get, url))
    }

    /// Answers with `head` and then the line, and closes the connection.
    private func server(_ line: String, after head: String = "", fields: String = "") throws -> LocalServer {
        try LocalServer { request, connection in
            guard request.target == "/" else { return connection.answer(200, "there") }
            connection.send("\(head)\(line)\r\n\(fields)Content-Length: 5\r\n\r\nhello")
            connection.end()
        }
    }

    @Test(arguments: wrong) func `a malformed status line is a failed fetch`(_ line: String) throws {
        let server = try server(line)
        let error = #expect(throws: HTTPClientError.self) { try get(server.url) }
        #expect(error == .malformed || error?.isTransient == true, "\(line)")
    }

    @Test(arguments: [
        "HTTP/2 99999 x", "HTTP/2 600", "HTTP/2 999", "HTTP/1.1 099 x", "HTTP/1.1 000 x", "HTTP/1.1 999 x",
    ])
    func `a status code outside the five classes is malformed and not retried`(_ line: String) throws {
        let server = try server(line)
        #expect(throws: HTTPClientError.malformed) { try get(server.url) }
        #expect(!HTTPClientError.malformed.isTransient)
    }

    @Test(arguments: wrong + odd) func `the status of an answer is in one of the five classes`(_ line: String) throws {
        let server = try server(line)
        guard let answer = try? get(server.url) else { return }
        #expect((100...599).contains(answer.status.code), "\(line)")
    }

    @Test(arguments: wrong + odd) func `a malformed status line after a redirect is a failed fetch`(_ line: String)
        throws
    {
        let hostile = try server(line)
        let first = try LocalServer { $1.redirect(to: hostile.url) }
        guard let answer = try? get(first.url) else { return }
        #expect((100...599).contains(answer.status.code), "\(line)")
        #expect(!Self.wrong.contains(line))
    }

    @Test(arguments: wrong + odd) func `a malformed status line with a redirect fails only the fetch`(_ line: String)
        throws
    {
        let server = try server(line, fields: "Location: /there\r\n")
        guard let answer = try? get(server.url) else { return }
        #expect((100...599).contains(answer.status.code), "\(line)")
    }

    @Test(arguments: wrong + odd) func `a malformed status line after interim answers is a failed fetch`(_ line: String)
        throws
    {
        for head in ["HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"] {
            let server = try server(line, after: head)
            guard let answer = try? get(server.url) else { continue }
            #expect((100...599).contains(answer.status.code), "\(line)")
        }
    }

    @Test(arguments: wrong + odd) func `a malformed interim answer does not end the process`(_ line: String) throws {
        let server = try LocalServer { _, connection in
            connection.send("\(line)\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
            connection.end()
        }
        guard let answer = try? get(server.url) else { return }
        #expect((100...599).contains(answer.status.code), "\(line)")
    }

    @Test func `endless interim answers are cut off`() throws {
        let server = try LocalServer { _, connection in
            while connection.send("HTTP/1.1 100 Continue\r\nA: b\r\n\r\n") {}
        }
        #expect(throws: HTTPClientError.malformed) { try get(server.url) }
    }

    @Test func `a field is read as bytes`() throws {
        let server = try LocalServer { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nA:\u{301} b \u{301}\t \r\nEmpty:\r\nBlank: \t \r\n\r\n")
            connection.end()
        }
        let fields = try get(server.url).fields
        #expect(fields[.init("A")!] == "\u{301} b \u{301}")
        #expect(fields[.init("Empty")!] == "")
        #expect(fields[.init("Blank")!] == "")
    }

    /// The limit of a head allows the most fields if each is as small as possible.
    @Test func `a head with as many fields as possible is read in bounded time`() throws {
        for field in ["a:\r\n", "a:\(String(repeating: " ", count: 60_000))\r\n"] {
            let server = try LocalServer { _, connection in
                let count = 60_000 / field.utf8.count
                connection.send("HTTP/1.1 200 OK\r\n\(String(repeating: field, count: count))Content-Length: 0\r\n\r\n")
            }
            let start = ContinuousClock.now
            _ = try? get(server.url)
            #expect(start.duration(to: .now) < .seconds(2))
        }
    }
}
