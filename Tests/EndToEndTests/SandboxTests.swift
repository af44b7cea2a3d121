import Foundation
import Testing

@Suite(.enabled(if: getuid() == 0, "only root can enclose a process"))
struct SandboxTests {
    @Test func `the service does its work under the restrictions of its unit`() throws {
        let instance = try Instance(activation: .sandboxed)
        let status = LogFile(path: "/proc/\(instance.portraitd.id)/status").text
        for restriction in ["NoNewPrivs:\t1", "Seccomp:\t2", "CapEff:\t0000000000000000"] {
            #expect(status.contains(restriction), "\(status)")
        }
        let token = try instance.token("alice")
        let answer = try instance.put(Photograph.fromPhone(), token: token)
        #expect(answer.status == 201, "\(answer.text)")
        let served = try Curl.send([try #require(answer.json["imageUrl"] as? String)])
        let seen = try #require(Photograph.look(at: served.body))
        #expect(Photograph.turn(of: seen.quarters) == 0)
        #expect(try instance.put(Photograph.small(turn: 1), token: token).status == 200)
        // The fonts can be read: without letters there would be a silhouette.
        let drawn = try ["?d=initials&name=A", "?d=initials"].map { try instance.curl("/avatar/x\($0)").body }
        #expect(!drawn[0].isEmpty && drawn[0] != drawn[1])
        #expect(try instance.curl("/me/profileimage", token: token, "--request", "DELETE").status == 204)
        #expect(instance.publicFiles.isEmpty)
        #expect(instance.stop() == 0)
    }
}
