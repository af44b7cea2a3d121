import Glibc
import TestSupport
import Testing

@testable import FastCGI

@Suite struct FastCGIBodyTests {
    private typealias Outcome = Result<[UInt8], FastCGIBodyError>

    /// The body that a handler reads from `records`, which follow the parameters.
    private func read(
        _ records: [UInt8],
        length: String?,
        limit: Int = 20_000_000,
        timeout: Duration = .seconds(5),
        hangsUp: Bool = true
    ) throws -> Outcome {
        let seen = Recorder<Outcome>()
        let handle: @Sendable (FastCGIRequest) -> Void = { request in
            seen.record(Outcome { () throws(FastCGIBodyError) in try request.readBody(upTo: limit) })
            request.answer("done")
        }
        try withServer(workers: 1, timeout: timeout, handle: handle) { path, _ in
            let client = try FastCGIClient(path: path)
            let parameters = length.map { FastCGIRecord.parameters(["CONTENT_LENGTH": $0]) } ?? []
            // The web server may send even a refused body to its end, so that it accepts the answer.
            let isSent = client.send(FastCGIRecord.begin() + parameters + FastCGIRecord.parametersEnd + records)
            #expect(isSent)
            if hangsUp { client.endSending() }
            let reply = client.receive()
            #expect(reply.text.hasSuffix("done"))
            #expect(reply.isClosed)
            #expect(try FastCGIClient.exchange(path, FastCGIRecord.request()).text.hasSuffix("done"))
        }
        return try #require(seen.values.first)
    }

    @Test(arguments: [1, 7, 8_191, 65_535])
    func `a body in records of any size arrives whole`(_ chunk: Int) throws {
        let body = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let records = FastCGIRecord.input(body, chunk: chunk, padding: UInt8(chunk % 8)) + FastCGIRecord.inputEnd
        #expect(try read(records, length: "100000") == .success(body))
    }

    @Test func `10 MB arrive within a limit of 10 MB`() throws {
        let body = [UInt8](repeating: 0xab, count: 10_000_000)
        let records = FastCGIRecord.input(body) + FastCGIRecord.inputEnd
        #expect(try read(records, length: "10000000", limit: 10_000_000) == .success(body))
    }

    /// The number of memory pages that a thread gets while it reads `records`.
    private func pagesGiven(for records: [UInt8], length: String) throws -> Int {
        let seen = Recorder<Int>()
        let handle: @Sendable (FastCGIRequest) -> Void = { request in
            let before = Self.pagesGiven
            _ = Result { () throws(FastCGIBodyError) in try request.readBody(upTo: 20_000_000) }
            seen.record(Self.pagesGiven - before)
        }
        try withServer(workers: 1, handle: handle) { path, _ in
            let parameters = FastCGIRecord.parameters(["CONTENT_LENGTH": length]) + FastCGIRecord.parametersEnd
            _ = try FastCGIClient.exchange(path, FastCGIRecord.begin() + parameters + records)
        }
        return try #require(seen.values.first)
    }

    private static var pagesGiven: Int {
        let thread: __rusage_who_t = 1  // RUSAGE_THREAD
        var usage = rusage()
        unsafe getrusage(thread, &usage)
        return usage.ru_minflt
    }

    @Test func `a body takes the memory of its bytes, once and as they come`() throws {
        let whole = FastCGIRecord.input([UInt8](repeating: 1, count: 12_000_000)) + FastCGIRecord.inputEnd
        #expect(try pagesGiven(for: whole, length: "12000000") < 12_000_000 / sysconf(Int32(_SC_PAGESIZE)) * 5 / 4)
        let cutOff = FastCGIRecord.input([1, 2, 3]) + FastCGIRecord.inputEnd
        #expect(try pagesGiven(for: cutOff, length: "12000000") < 100)
    }

    @Test(arguments: [nil, "", "0"] as [String?])
    func `a request without a length has no body`(_ length: String?) throws {
        #expect(try read(FastCGIRecord.inputEnd, length: length) == .success([]))
        let unannounced = FastCGIRecord.input([1]) + FastCGIRecord.inputEnd
        #expect(try read(unannounced, length: length) == .failure(.tooLong(announced: 0)))
    }

    @Test func `a body shorter than its length is refused`() throws {
        let records = FastCGIRecord.input([1, 2, 3])
        let expected = Outcome.failure(.tooShort(received: 3, announced: 4))
        #expect(try read(records + FastCGIRecord.inputEnd, length: "4") == expected)
        #expect(try read(records, length: "4") == expected)
        let aborted = records + FastCGIRecord.record(type: 2, [])
        #expect(try read(aborted, length: "4") == expected)
    }

    @Test func `a body without its final record is refused even if all bytes arrived`() throws {
        let records = FastCGIRecord.input([1, 2, 3, 4])
        #expect(try read(records, length: "4") == .failure(.tooShort(received: 4, announced: 4)))
    }

    @Test func `a body longer than its length is refused`() throws {
        let records = FastCGIRecord.input([1, 2, 3, 4, 5]) + FastCGIRecord.inputEnd
        #expect(try read(records, length: "4") == .failure(.tooLong(announced: 4)))
    }

    @Test func `a body over the limit is refused unread`() throws {
        let records = FastCGIRecord.input([UInt8](repeating: 1, count: 2_000_000)) + FastCGIRecord.inputEnd
        let expected = Outcome.failure(.tooLarge(announced: 2_000_000, limit: 1_999_999))
        #expect(try read(records, length: "2000000", limit: 1_999_999) == expected)
    }

    @Test(arguments: ["-1", "+1", "1 ", "0x10", "1,1", "99999999999999999999", "١", "a"])
    func `a length that is not a decimal number is refused`(_ length: String) throws {
        #expect(try read(FastCGIRecord.inputEnd, length: length) == .failure(.invalidLength(length)))
    }

    @Test func `a web server that falls silent times out`() throws {
        let records = FastCGIRecord.input([1, 2])
        let outcome = try read(records, length: "3", timeout: .milliseconds(150), hangsUp: false)
        #expect(outcome == .failure(.timedOut(received: 2, announced: 3)))
    }

    @Test func `a client that disconnects in the body affects only its own request`() throws {
        let seen = Recorder<String>()
        let handle: @Sendable (FastCGIRequest) -> Void = { request in
            do throws(FastCGIBodyError) {
                seen.record("\(try request.readBody(upTo: 1_000).count)")
            } catch {
                seen.record("\(error)")
            }
            request.write([UInt8](repeating: 0, count: 1_000_000))
        }
        try withServer(workers: 1, handle: handle) { path, _ in
            do {
                let client = try FastCGIClient(path: path)
                let parameters = FastCGIRecord.parameters(["CONTENT_LENGTH": "10"]) + FastCGIRecord.parametersEnd
                client.send(FastCGIRecord.begin() + parameters + FastCGIRecord.input([1, 2, 3]))
            }
            waitUntil { !seen.values.isEmpty }
            _ = try FastCGIClient.exchange(path, FastCGIRecord.request(["CONTENT_LENGTH": "2"], body: [1, 2]))
        }
        #expect(seen.values == ["tooShort(received: 3, announced: 10)", "2"])
    }
}
