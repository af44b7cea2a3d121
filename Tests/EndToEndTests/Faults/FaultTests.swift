import Foundation
import Testing

/// Makes each system call of a request fail, one after the other.
@Suite struct FaultTests {
    private let plan: FaultPlan
    private let instance: Instance
    private let token: String
    private let pictures: [Data]

    init() throws {
        plan = try FaultPlan()
        let settings = ["PORTRAITD_SIDES": "64", "PORTRAITD_FORMATS": "jpeg", "PORTRAITD_LOG_LEVEL": "error"]
        instance = try Instance(settings.merging(plan.environment) { $1 })
        token = try instance.token("alice")
        pictures = try (0..<4).map { try Photograph.small(side: 64, turn: $0) }
    }

    private func send(_ method: String, turn: Int? = nil, accept: String = "application/json") throws -> Curl.Answer {
        let body = turn.map { pictures[$0] } ?? Data()
        let head = """
            \(method) /me/profileimage HTTP/1.1\r
            Host: localhost\r
            Authorization: Bearer \(token)\r
            Accept: \(accept)\r
            Connection: close\r
            Content-Length: \(body.count)\r
            \r

            """
        return try RawRequest.send(head, body: body, to: instance, patience: 60)
    }

    /// The number of the shown picture, whose file is served too; nil for none.
    private func shown() throws -> Int? {
        let answer = try send("GET", accept: "image/*")
        guard answer.status != 404 else { return nil }
        #expect(answer.status == 200, "\(answer.text)")
        let seen = try #require(Photograph.look(at: answer.body))
        let turn: Int = try #require(Photograph.turn(of: seen.quarters))
        return turn
    }

    /// Sends a request once for each of its calls: the first call fails, then the second, until no call fails.
    /// - Parameter check: gets the answer and the failed call with its file.
    private func withEveryCall(
        failing fault: Fault,
        send request: () throws -> Curl.Answer,
        check: (_ answer: Curl.Answer, _ failed: String) throws -> Void
    ) throws {
        for count in 1... {
            plan.arm(fault, after: count)
            let answer = try request()
            guard let failed = plan.disarm() else {
                #expect((200..<300).contains(answer.status), "\(answer.status) \(answer.text)")
                // A request writes, renames and flushes several files, and flushes the database's log.
                #expect(count > (fault.call.isEmpty ? 30 : 1))
                return
            }
            try check(answer, "call \(count), \(failed)")
        }
    }

    /// Whether a request succeeded; if not, the answer must say why.
    private func isDone(_ answer: Curl.Answer, _ fault: Fault, _ failed: String) -> Bool {
        if (200..<300).contains(answer.status) { return true }
        // Data that was not flushed may be stored nevertheless: this fault is not a full disk.
        let isFull = fault.error == ENOSPC && !failed.contains("fdatasync")
        // The decoder's input is in memory, of which there is none now.
        let isMemory = failed.contains("memfd")
        #expect(answer.status == (isMemory ? 503 : isFull ? 507 : 500), "\(failed): \(answer.text)")
        #expect(answer.headers["content-type"] == "application/problem+json", "\(failed)")
        #expect(!answer.text.contains(instance.folder), "\(failed): \(answer.text)")
        return false
    }

    @Test(arguments: Fault.all)
    func `a first picture is stored completely or not at all if a call fails`(_ fault: Fault) throws {
        try withEveryCall(failing: fault, send: { try send("PUT", turn: 1) }) { (answer, failed) throws in
            let expected = isDone(answer, fault, failed) ? 1 : nil
            #expect(try shown() == expected, "\(failed)")
            #expect(try send("DELETE").status == 204, "\(failed)")
        }
        try expectNothingLeftBehind(fault)
    }

    @Test(arguments: Fault.all)
    func `a picture is replaced or stays if a call fails`(_ fault: Fault) throws {
        #expect(try send("PUT", turn: 0).status == 201)
        var turn = 0
        try withEveryCall(failing: fault, send: { try send("PUT", turn: (turn + 1) % 4) }) { (answer, failed) throws in
            if isDone(answer, fault, failed) { turn = (turn + 1) % 4 }
            #expect(try shown() == turn, "\(failed)")
            // A log that was not flushed still holds the change, unless the machine stops.
            if failed.contains("fdatasync") {
                instance.stop(by: SIGKILL)
                try instance.start()
                let found = try shown()
                #expect(found == turn || found == (turn + 1) % 4, "\(failed)")
            }
            turn = (turn + 1) % 4
            #expect(try send("PUT", turn: turn).status == 200, "\(failed)")
            #expect(try shown() == turn, "\(failed)")
        }
        try expectNothingLeftBehind(fault)
    }

    @Test(arguments: Fault.all)
    func `a failed removal keeps or removes the picture, and the next one removes it`(_ fault: Fault) throws {
        #expect(try send("PUT", turn: 0).status == 201)
        try withEveryCall(failing: fault, send: { try send("DELETE") }) { (answer, failed) throws in
            let found = try shown()
            let isDone = isDone(answer, fault, failed)
            #expect(found == nil || (found == 0 && !isDone), "\(failed)")
            #expect(try send("DELETE").status == 204, "\(failed)")
            #expect(instance.publicFiles.isEmpty, "\(failed)")
            #expect(try send("PUT", turn: 0).status == 201, "\(failed)")
        }
        try expectNothingLeftBehind(fault)
    }

    private func expectNothingLeftBehind(_ fault: Fault) throws {
        instance.stop()
        try instance.start()
        let (faults, _) = try Inventory(instance: instance, tokens: [token]).faults()
        #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
    }
}
