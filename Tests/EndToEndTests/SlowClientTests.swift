import Foundation
import Testing

/// Slow clients, which nginx keeps away from portraitd.
@Suite struct SlowClientTests {
    /// A client that has sent a part of its request, and sends the rest byte by byte.
    private struct SlowClient {
        let socket: ClientSocket
        var rest: Data

        init(to instance: Instance, sent: Data, rest: Data) throws {
            socket = try ClientSocket(to: instance, patience: 60)
            socket.send(sent)
            self.rest = rest
        }

        mutating func sendByte() {
            socket.send(rest.prefix(1))
            rest = rest.dropFirst()
        }
    }

    private static let workers = 2

    private let instance: Instance
    private let picture: Data

    init() throws {
        instance = try Instance(["PORTRAITD_SIDES": "64", "PORTRAITD_WORKERS": String(Self.workers)])
        picture = try Photograph.small()
    }

    private func head(of user: String, _ request: String, _ fields: String...) throws -> Data {
        let all =
            ["Host: localhost", "Authorization: Bearer \(try instance.token(user))", "Connection: close"] + fields
        return Data(("\(request) HTTP/1.1\r\n" + all.map { "\($0)\r\n" }.joined() + "\r\n").utf8)
    }

    /// Clients that have sent half of their picture.
    private func uploaders(_ user: String, count: Int) throws -> [SlowClient] {
        let head = try head(of: user, "PUT /me/profileimage", "Content-Length: \(picture.count)")
        let half = picture.count / 2
        return try (0..<count).map { _ in
            try SlowClient(to: instance, sent: head + picture.prefix(half), rest: Data(picture.dropFirst(half)))
        }
    }

    private func halfRequests() throws -> [SlowClient] {
        let chunked = try head(of: "half", "PUT /me/profileimage", "Transfer-Encoding: chunked")
        let letters = Data(String(repeating: "x", count: 100).utf8)
        let others = try (0..<40).flatMap { _ in
            [
                try SlowClient(to: instance, sent: Data("GET /limits HTTP/1.1\r\nX-Slow: ".utf8), rest: letters),
                try SlowClient(to: instance, sent: chunked + Data("1000\r\nabc".utf8), rest: letters),
            ]
        }
        return try (others + uploaders("half", count: 40)).shuffled()
    }

    @Test func `slow, stopped or vanished clients delay no other client and store nothing`() throws {
        let alice = try instance.token("alice")
        var slow = try #require(try uploaders("slow", count: 1).first)
        var others = try halfRequests()
        for round in 0..<6 {
            slow.sendByte()
            for index in others.indices { others[index].sendByte() }
            // The sockets of the removed clients are closed.
            others.removeFirst(10)
            let status = try instance.put(picture, token: alice).status
            #expect(status == (round == 0 ? 201 : 200))
            #expect(try instance.curl("/me/profileimage", token: alice).status == 200)
        }
        slow.socket.send(slow.rest)
        #expect(slow.socket.receive().prefix(12) == Data("HTTP/1.1 201".utf8))
        others.removeAll()
        let users = try instance.curl("/users", token: instance.token("root", scope: "admin")).json["users"]
        let names = (users as? [[String: Any]] ?? []).compactMap { $0["profileId"] as? String }
        #expect(names.sorted() == ["alice", "slow"])
        #expect(instance.publicFiles.count == 2)
        // portraitd got none of these requests.
        #expect(instance.log.split(separator: "\n").count { $0.contains("method=PUT") } == 7, "\(instance.log)")
    }

    @Test func `clients that do not read their answers delay no other client`() throws {
        let alice = try instance.token("alice")
        // More bytes than the kernel buffers for a connection.
        let document = Data(repeating: 7, count: 6_000_000)
        let upload = try instance.curl(
            "/media?AdditionalType=Letter",
            token: alice,
            "--request",
            "POST",
            upload: document
        )
        let id = try #require(upload.json["identifier"] as? String, "\(upload.text)")
        let request = try head(of: "alice", "GET /media/\(id)/base64")
        let readers = try (0...Self.workers).map { _ in try SlowClient(to: instance, sent: request, rest: Data()) }
        for _ in 0..<6 {
            #expect([200, 201].contains(try instance.put(picture, token: alice).status))
            #expect(try instance.curl("/me/profileimage", token: alice).status == 200)
        }
        let answer = try #require(readers.first).socket.receive()
        #expect(answer.suffix(100) == document.base64EncodedData().suffix(100))
    }

    @Test func `endless heads leave connections for others and are closed after ten seconds`() throws {
        // This process holds the clients' ends of the connections.
        var limit = rlimit()
        _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = min(limit.rlim_max, max(limit.rlim_cur, 4096))
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let heads = try (0..<2200).map { _ in
            let socket = try ClientSocket(to: instance, patience: 30)
            socket.send("GET /limits HTTP/1.1\r\nX-Slow: ".utf8)
            return socket
        }
        let alice = try instance.token("alice")
        for _ in 0..<5 {
            #expect(try instance.curl("/healthz").status == 200)
            #expect([200, 201].contains(try instance.put(picture, token: alice).status))
        }
        let start = ContinuousClock.now
        for head in heads { #expect(!head.receive().starts(with: "HTTP/1.1 200".utf8)) }
        #expect(ContinuousClock.now - start < .seconds(29))
    }
}
