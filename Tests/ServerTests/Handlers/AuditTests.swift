import Foundation
import HTTPTypes
@testable import Server
import Testing

@Suite struct AuditTests {
    private let app: TestApplication
    private let admin = HTTPFields.user("root", scope: "admin")

    init() async throws {
        app = try await TestApplication(["PORTRAITD_SIDES": "16"])
        for user in ["alice", "bob", "alice"] {
            _ = try app.send(.put, "/me/profileimage", .user(user), body: TestPicture.gif())
        }
    }

    private func records(_ query: String = "") throws -> [[String: Any]] {
        try #require(try app.send(.get, "/audit\(query)", admin).object["records"] as? [[String: Any]])
    }

    @Test func `administrators read the actor, action, time, credential and request`() throws {
        let all = try records()
        let actions = [
            "profile.created", "profileimage.set", "profile.created", "profileimage.set", "profileimage.replaced",
        ]
        #expect(all.map { $0["action"] as? String } == actions)
        let last = try #require(all.last)
        #expect(last["credential"] as? String == "token")
        #expect(last["actor"] as? String == "alice")
        #expect(last["userId"] as? String == "alice")
        #expect(last["requestId"] as? String == "r1")
        #expect((last["subject"] as? String)?.count == 32)
        let time = try #require(last["time"] as? String)
        #expect(
            abs(try Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(time).timeIntervalSinceNow) < 60
        )
    }

    @Test func `a page links to the next, for all users or one user`() throws {
        #expect(try records("?user=bob").count == 2)
        #expect(try records("?user=nobody").isEmpty)
        var seen: [Int] = []
        var query = "?user=alice&limit=2"
        while seen.count < 9 {
            let page = try app.send(.get, "/audit\(query)", admin).object
            seen += try #require(page["records"] as? [[String: Any]]).compactMap { $0["sequence"] as? Int }
            guard let next = page["next"] as? String else { break }
            query = "?user=alice&limit=2&after=\(next)"
        }
        #expect(seen == [1, 2, 5])
    }

    @Test(arguments: ["?after=x", "?after=-1", "?limit=0", "?limit=501", "?user="])
    func `an invalid query is refused`(_ query: String) throws {
        #expect(try app.send(.get, "/audit\(query)", admin).status == .badRequest)
    }

    @Test func `other users may not read the audit`() throws {
        #expect(try app.send(.get, "/audit").status == .unauthorized)
        #expect(try app.send(.get, "/audit", .user("alice")).status == .forbidden)
    }
}
