import Foundation
import TestSupport
import Testing

/// nginx can keep a picture open for a second after its deletion, but sends no byte of it.
@Suite struct DeletedPictureTests {
    @Test func `no byte of a deleted picture is sent on any connection, under load`() async throws {
        try await onThread {
            let instance = try Instance()
            let token = try instance.token("alice")
            for round in 0..<3 {
                let answer = try instance.put(Photograph.small(side: 512, turn: round), token: token)
                let url = try #require(answer.json["imageUrl"] as? String)
                let path = String(url.dropFirst(instance.url.count))
                let request = Data("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
                let length = try Curl.send([url]).body.count
                // Kept connections, which go to the processes of nginx in turn.
                let sockets = try (0..<8).map { _ in try ClientSocket(to: instance, patience: 1) }
                for socket in sockets {
                    socket.send(request)
                    #expect(socket.receive(atLeast: length).count > length)
                }
                let load = Background {
                    try Project.output(
                        "/usr/bin/curl",
                        ["--silent", "--parallel", "--parallel-max", "8", "--output", "/dev/null", "\(url)#[1-2000]"]
                    )
                }
                #expect(try instance.curl("/me/profileimage", token: token, "--request", "DELETE").status == 204)
                let end = ContinuousClock.now + .milliseconds(1_500)
                repeat {
                    // Either nginx knows that the file is gone, or the answer stops before its first byte.
                    let after = try Curl.send(["--max-time", "2", url])
                    #expect(after.status != 200 || after.body.isEmpty, "\(after.body.count) bytes")
                } while ContinuousClock.now < end
                for socket in sockets {
                    socket.send(request)
                    let text = String(decoding: socket.receive(atLeast: 1), as: UTF8.self)
                    let body = text.split(separator: "\r\n\r\n", maxSplits: 1).dropFirst().first ?? ""
                    #expect(text.isEmpty || text.hasPrefix("HTTP/1.1 404") || body.isEmpty, "\(text.prefix(200))")
                }
                _ = try? load.value()
            }
        }
    }
}
