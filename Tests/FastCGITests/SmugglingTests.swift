import TestSupport
import Testing

@testable import FastCGI

/// On a kept connection, the unread rest of a body would be parsed as the records of another request.
@Suite struct SmugglingTests {
    /// libfcgi reads 8192 bytes at a time and discards its buffer with the request; `forged` begins right after it.
    private static let forged = FastCGIRecord.request(["REQUEST_METHOD": "DELETE", "REMOTE_USER": "admin"])

    private static func request(length: Int) -> [UInt8] {
        let head =
            FastCGIRecord.begin(keepsConnection: true)
            + FastCGIRecord.parameters(["REQUEST_METHOD": "PUT", "CONTENT_LENGTH": "\(length)"])
            + FastCGIRecord.parametersEnd
        let filler = [UInt8](repeating: 0, count: 8_192 - head.count - 8)
        let rest = [UInt8](repeating: 0, count: length - filler.count - forged.count)
        return head + FastCGIRecord.input(filler + forged + rest) + FastCGIRecord.inputEnd
    }

    @Test(arguments: [(true, 10_000), (false, 10_000), (true, 2_000_000), (false, 2_000_000)])
    func `a request inside a body is not served`(_ isRead: Bool, length: Int) throws {
        let methods = Recorder<String?>()
        let handle: @Sendable (FastCGIRequest) -> Void = { request in
            methods.record(request.parameters["REQUEST_METHOD"])
            if isRead { #expect(throws: Never.self) { try request.readBody(upTo: 2_000_000) } }
            request.answer("")
        }
        try withServer(workers: 1, handle: handle) { path, _ in
            let client = try FastCGIClient(path: path)
            client.send(Self.request(length: length))
            // The connection is kept after a body that was read or is short; otherwise it must be closed.
            if isRead || length < 1_000_000 { client.endSending() }
            let reply = client.receive()
            #expect(reply.ends == 1)
            #expect(reply.isClosed)
        }
        #expect(methods.values == ["PUT"])
    }

    @Test func `after an unread body no request on the connection is served`() throws {
        let methods = Recorder<String?>()
        let handle: @Sendable (FastCGIRequest) -> Void = { request in
            methods.record(request.parameters["REQUEST_METHOD"])
            request.answer("")
        }
        try withServer(workers: 1, handle: handle) { path, _ in
            let client = try FastCGIClient(path: path)
            client.send(FastCGIRecord.request(["REQUEST_METHOD": "PUT"], body: [1], keepsConnection: true))
            // Sent after the answer, because libfcgi discards bytes that it has read together with the body.
            #expect(client.receiveOne().ends == 1)
            client.send(Self.forged)
            client.endSending()
            #expect(client.receive().ends == 0)
        }
        #expect(methods.values == ["PUT"])
    }
}
