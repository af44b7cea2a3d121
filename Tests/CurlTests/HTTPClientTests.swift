import Glibc
import HTTPTypes
import LocalHTTP
import TestSupport
import Testing

@testable import Curl

@Suite struct HTTPClientTests {
    @Test func `the server gets the whole request, and the client gets its answer`() throws {
        let server = try LocalServer { $1.answer(201, "made", fields: ["X-Answer": " 42 ", "Empty": ""]) }
        let fields: HTTPFields = [.contentType: "application/json", .init("Empty")!: ""]
        var client = try HTTPClient(policy: .local)
        let answer = try client.send(HTTPCall(.post(Array("{}".utf8)), "\(server.url)/hook?a=b", fields: fields))

        #expect(answer.status == .created)
        #expect(answer.fields[.init("x-answer")!] == "42")
        #expect(answer.body == Array("made".utf8))
        #expect(!answer.isTruncated)
        let request = try #require(server.requests.first)
        #expect(request.method == "POST")
        #expect(request.target == "/hook?a=b")
        #expect(request.body == Array("{}".utf8))
        #expect(request.fields["content-type"] == "application/json")
        #expect(request.fields["empty"] == "")
        #expect(request.fields["user-agent"] == "portraitd/test")
        #expect(request.fields["accept-encoding"] == nil)
        #expect(request.fields["expect"] == nil)
    }

    @Test func `a connection is reused`() throws {
        let server = try LocalServer { $1.answer(200, "ok") }
        var client = try HTTPClient(policy: .local)
        for number in 0..<5 {
            let call: HTTPCall =
                number.isMultiple(of: 2) ? HTTPCall(.get, server.url) : HTTPCall(.post([1]), server.url)
            #expect(try client.send(call).status == .ok)
        }
        #expect(server.requests.map(\.method) == ["GET", "POST", "GET", "POST", "GET"])
        #expect(server.connections == 1)
    }

    @Test func `a connection that the server closed is replaced`() throws {
        let server = try LocalServer {
            $1.answer(200, "ok")
            $1.end()
        }
        var client = try HTTPClient(policy: .local)
        for _ in 0..<3 { #expect(try client.send(HTTPCall(.post([1]), server.url)).status == .ok) }
        #expect(server.connections == 3)
    }

    @Test(arguments: [
        ("120", 120...120), ("Fri, 31 Dec 2100 23:59:59 GMT", 3600...Int.max), ("Sat, 01 Jan 2000 00:00:00 GMT", nil),
        ("soon", nil), ("-5", nil), ("0", nil),
    ])
    func `the client reads Retry-After`(_ field: String, _ seconds: ClosedRange<Int>?) throws {
        let server = try LocalServer { $1.answer(503, "", fields: ["Retry-After": field]) }
        var client = try HTTPClient(policy: .local)
        let wait = try client.send(HTTPCall(.get, server.url)).retryAfter
        #expect(wait.map { seconds?.contains(Int($0 / .seconds(1))) == true } ?? (seconds == nil))
    }

    @Test func `a long body is sent without Expect: 100-continue`() throws {
        let server = try LocalServer { $1.answer(200, "\($0.body.count)") }
        var client = try HTTPClient(policy: .local)
        let answer = try client.send(HTTPCall(.post([UInt8](repeating: 7, count: 3_000_000)), server.url))
        #expect(answer.body == Array("3000000".utf8))
        #expect(server.requests.first?.fields["expect"] == nil)
    }

    @Test func `the client keeps no cookie and sends no password`() throws {
        let server = try LocalServer { $1.answer(200, "", fields: ["Set-Cookie": "a=b"]) }
        var client = try HTTPClient(policy: .local)
        for _ in 0..<2 { _ = try client.send(HTTPCall(.get, server.url)) }
        #expect(server.requests.allSatisfy { $0.fields["cookie"] == nil && $0.fields["authorization"] == nil })
        #expect(throws: HTTPClientError.invalidURL) {
            try client.send(HTTPCall(.get, "http://me:secret@127.0.0.1:\(server.port)/"))
        }
    }

    @Test(arguments: [0, 1, 2, 3])
    func `redirects are followed up to the limit`(_ maxRedirects: Int) throws {
        let server = try LocalServer { request, connection in
            let number = Int(request.target.dropFirst()) ?? 0
            if number > 0 { connection.redirect(to: "/\(number - 1)") } else { connection.answer(200, "here") }
        }
        var policy = HTTPPolicy.local
        policy.maxRedirects = maxRedirects
        var client = try HTTPClient(policy: policy)
        let call = HTTPCall(.get, "\(server.url)/2")
        switch maxRedirects {
        case 0: #expect(try client.send(call).status == .found)
        case 1: #expect(throws: HTTPClientError.tooManyRedirects) { try client.send(call) }
        default: #expect(try client.send(call).body == Array("here".utf8))
        }
    }

    @Test func `a loop of redirects ends`() throws {
        let server = try LocalServer { $1.redirect(to: "/") }
        var policy = HTTPPolicy.local
        policy.maxRedirects = 5
        var client = try HTTPClient(policy: policy)
        #expect(throws: HTTPClientError.tooManyRedirects) { try client.send(HTTPCall(.get, server.url)) }
        #expect(server.requests.count == 6)
    }

    @Test(arguments: [
        ("", HTTPClientError.invalidURL), ("nonsense", .unknownHost), ("http://", .invalidURL),
        ("http:// a/", .invalidURL),
        ("http://a.invalid/", .unknownHost), ("file:///etc/passwd", .unsupportedScheme),
        ("ftp://127.0.0.1/", .unsupportedScheme),
        ("gopher://127.0.0.1:70/_", .unsupportedScheme), ("dict://127.0.0.1/", .unsupportedScheme),
        ("data:,x", .invalidURL), ("http://127.0.0.1:1/", .unreachable),
    ])
    func `a URL that cannot be fetched has an error that says why`(_ url: String, _ expected: HTTPClientError) throws {
        var client = try HTTPClient(policy: .local)
        #expect(throws: expected) { try client.send(HTTPCall(.get, url)) }
    }

    @Test func `parallel clients get their own answers`() throws {
        let server = try LocalServer { $1.answer(200, $0.target) }
        let clients = (0..<8).map { thread in
            Background {
                var client = try HTTPClient(policy: .local)
                for number in 0..<50 {
                    let target = "/\(thread)/\(number)"
                    #expect(try client.send(HTTPCall(.get, server.url + target)).body == Array(target.utf8))
                }
            }
        }
        for client in clients { try client.value() }
        #expect(server.requests.count == 400)
        #expect(server.connections == 8)
    }

    private func get(_ url: String, trusting file: String?) throws -> HTTPResponse.Status {
        var policy = HTTPPolicy.local
        policy.certificateFile = file
        var client = try HTTPClient(policy: policy)
        return try client.send(HTTPCall(.get, url)).status
    }

    @Test func `only a trusted certificate for the host name is accepted`() throws {
        let server = try TLSServer()
        #expect(try get("https://localhost:\(server.port)/", trusting: server.certificate) == .ok)
        #expect(throws: HTTPClientError.untrusted) {
            try get("https://localhost:\(server.port)/", trusting: nil)
        }
        #expect(throws: HTTPClientError.untrusted) {
            try get("https://127.0.0.1:\(server.port)/", trusting: server.certificate)
        }
        #expect(throws: HTTPClientError.untrusted) {
            try get("https://localhost:\(server.port)/", trusting: "/nowhere.pem")
        }
    }
}
