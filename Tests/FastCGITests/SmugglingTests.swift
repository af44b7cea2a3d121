import Testing

@testable import FastCGI

/// On a kept connection, what a handler leaves unread of a body would be parsed as the records of another request.
@Suite struct SmugglingTests {
    /// libfcgi reads 8192 bytes at a time and forgets its buffer with the request; `forged` begins right behind it.
    private static let forged = FastCGIRecord.request(["REQUEST_METHOD": "DELETE", "REMOTE_USER": "admin"])

    private static let request: [UInt8] = {
        let length = 8_192 + forged.count
        let head =
            FastCGIRecord.begin(keepsConnection: true)
            + FastCGIRecord.parameters(["REQUEST_METHOD": "PUT", "CONTENT_LENGTH": "\(length)"])
            + FastCGIRecord.parametersEnd
        let filler = [UInt8](repeating: 0, count: 8_192 - head.count - 8)
        let rest = [UInt8](repeating: 0, count: length - filler.count - forged.count)
        return head + FastCGIRecord.input(filler + forged + rest) + FastCGIRecord.inputEnd
    }()

    @Test(arguments: [false, true])
    func `a body that holds a request stays a body`(_ isRead: Bool) throws {
        let methods = Recorder<String?>()
        let handle: @Sendable (FastCGIRequest) -> Void = { request in
            methods.record(request.parameters["REQUEST_METHOD"])
            if isRead { #expect(throws: Never.self) { try request.readBody(upTo: 100_000) } }
            request.answer("")
        }
        try withServer(workers: 1, handle: handle) { path, _ in
            let client = try FastCGIClient(path: path)
            client.send(Self.request)
            // Whoever reads the body keeps the connection; whoever does not must close it.
            if isRead { client.endSending() }
            let reply = client.receive()
            #expect(reply.ends == 1)
            #expect(reply.isClosed)
        }
        #expect(methods.values == ["PUT"])
    }

    @Test func `behind an unread body no request on the connection is served`() throws {
        let methods = Recorder<String?>()
        let handle: @Sendable (FastCGIRequest) -> Void = { request in
            methods.record(request.parameters["REQUEST_METHOD"])
            request.answer("")
        }
        try withServer(workers: 1, handle: handle) { path, _ in
            let client = try FastCGIClient(path: path)
            client.send(FastCGIRecord.request(["REQUEST_METHOD": "PUT"], body: [1], keepsConnection: true))
            client.send(Self.forged)
            client.endSending()
            #expect(client.receive().ends == 1)
        }
        #expect(methods.values == ["PUT"])
    }
}
