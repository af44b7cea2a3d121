import TestSupport
import Testing

@testable import FastCGI

@Suite struct FastCGIRequestTests {
    private func parameters(of pairs: [([UInt8], [UInt8])]) throws -> [String: String] {
        let seen = Recorder<[String: String]>()
        try withServer(handle: { seen.record($0.parameters) }) { path, _ in
            let request = FastCGIRecord.begin() + FastCGIRecord.parameters(pairs) + FastCGIRecord.parametersEnd
            _ = try FastCGIClient.exchange(path, request + FastCGIRecord.inputEnd)
        }
        return try #require(seen.values.first)
    }

    @Test(arguments: [0, 1, 127, 128, 5_000, 70_000])
    func `names and values of any length arrive`(_ length: Int) throws {
        let text = Array(repeating: UInt8(ascii: "x"), count: length)
        let parameters = try parameters(of: [(Array("A".utf8) + text, text), (Array("LAST".utf8), Array("a=b".utf8))])
        #expect(parameters["A" + String(decoding: text, as: UTF8.self)] == String(decoding: text, as: UTF8.self))
        #expect(parameters["LAST"] == "a=b")
    }

    @Test func `invalid UTF-8 is repaired`() throws {
        let parameters = try parameters(of: [(Array("A".utf8), [0x61, 0xff, 0xc3, 0xa9])])
        #expect(parameters["A"] == "a\u{fffd}é")
    }

    @Test func `a repeated header becomes a list, and another repeated parameter is replaced`() throws {
        let twice = ["HTTP_ACCEPT", "SITE"].flatMap { name in
            ["a", "b"].map { (Array(name.utf8), Array($0.utf8)) }
        }
        let parameters = try parameters(of: twice)
        #expect(parameters["HTTP_ACCEPT"] == "a, b")
        #expect(parameters["SITE"] == "b")
    }

    @Test func `a header with very many values becomes a list in linear time`() throws {
        let line = (Array("HTTP_ACCEPT".utf8), [UInt8](repeating: 0x61, count: 30))
        let start = ContinuousClock.now
        let parameters = try parameters(of: Array(repeating: line, count: 50_000))
        #expect(parameters["HTTP_ACCEPT"]?.utf8.count == 50_000 * 32 - 2)
        #expect(start.duration(to: .now) < .seconds(10))
    }

    @Test(arguments: [0, 1, 8_176, 65_536, 1_000_000])
    func `the response arrives whole and the request ends once`(_ length: Int) throws {
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try withServer(handle: { $0.write(bytes) }) { path, _ in
            let reply = try FastCGIClient.exchange(path, FastCGIRecord.request())
            #expect(reply.output == bytes)
            #expect(reply.ends == 1)
        }
    }

    @Test(arguments: [1, 1_000_000])
    func `an aborted response ends the connection, not the request`(_ length: Int) throws {
        let handle = { @Sendable (request: FastCGIRequest) in
            request.write(Array(repeating: 1, count: length))
            request.abort()
            request.write([2])
        }
        try withServer(handle: handle) { path, _ in
            let reply = try FastCGIClient.exchange(path, FastCGIRecord.request())
            #expect(reply.ends == 0)
            #expect(reply.output.count <= length)
            // The worker thread is free for the next request.
            #expect(try FastCGIClient.exchange(path, FastCGIRecord.request()).ends == 0)
        }
    }

    private static let incomplete: [(String, [UInt8])] = [
        ("an authorizer", FastCGIRecord.begin(role: 2) + ends),
        ("a filter", FastCGIRecord.begin(role: 3) + ends),
        ("an unknown role", FastCGIRecord.begin(role: 9) + ends),
        ("HTTP", Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)),
        ("version 2", [2] + FastCGIRecord.begin().dropFirst() + ends),
        ("no begin record", FastCGIRecord.parameters(["A": "b"]) + ends),
        ("nothing", []),
        ("half a begin record", Array(FastCGIRecord.begin().prefix(11))),
        ("a pair without its end", FastCGIRecord.begin() + FastCGIRecord.record(type: 4, [200, 0, 0, 9]) + ends),
        ("parameters without an end", FastCGIRecord.begin() + FastCGIRecord.parameters(["A": "b"])),
        ("aborted parameters", FastCGIRecord.begin() + FastCGIRecord.parameters(["A": "b"]) + aborted),
    ]
    private static let ends = FastCGIRecord.parametersEnd + FastCGIRecord.inputEnd
    private static let aborted = FastCGIRecord.record(type: 2, [])

    @Test(arguments: incomplete)
    func `an incomplete or foreign request ends without an answer`(_ name: String, _ bytes: [UInt8]) throws {
        let seen = Recorder<[String: String]>()
        try withServer(workers: 1, handle: { seen.record($0.parameters) }) { path, _ in
            let client = try FastCGIClient(path: path)
            client.send(bytes)
            client.endSending()
            #expect(client.receive().ends == 0)
            _ = try FastCGIClient.exchange(path, FastCGIRecord.request(["NEXT": "1"]))
        }
        #expect(seen.values.map { $0["NEXT"] } == ["1"])
    }

    @Test func `a finished request ignores reads and writes`() throws {
        let errors = Recorder<FastCGIBodyError?>()
        let handle: @Sendable (FastCGIRequest) -> Void = { request in
            _ = request.finish(keepingConnection: false)
            request.write([1])
            errors.record(#expect(throws: FastCGIBodyError.self) { try request.readBody(upTo: 1) })
        }
        try withServer(handle: handle) { path, _ in
            let reply = try FastCGIClient.exchange(path, FastCGIRecord.request(["CONTENT_LENGTH": "1"]))
            #expect(reply.ends == 1 && reply.output.isEmpty)
            waitUntil { !errors.values.isEmpty }
        }
        #expect(errors.values == [.tooShort(received: 0, announced: 1)])
    }
}
