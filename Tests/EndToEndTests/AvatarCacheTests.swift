import Crypto
import Foundation
import TestSupport
import Testing

/// Gravatar's URLs through nginx, which caches the answers.
@Suite struct AvatarCacheTests {
    private let instance: Instance
    private let administrator: String
    private let ann: String

    init() throws {
        // nginx caches an answer for 20 seconds.
        instance = try Instance(["PORTRAITD_AVATAR_MAX_AGE": "100"])
        administrator = try instance.token("root", scope: "admin")
        let address = "ann@example.com"
        ann = Insecure.MD5.hash(data: Data(address.utf8)).map { String(format: "%02x", $0) }.joined()
        _ = try instance.curl(
            "/users/ann",
            token: administrator,
            "--request",
            "PUT",
            "--json",
            #"{"email":"\#(address)"}"#
        )
        _ = try instance.curl("/users/ann/profileimage", token: administrator, upload: Photograph.small())
    }

    private func get(_ path: String, _ header: String = "Accept: */*") throws -> Curl.Answer {
        try instance.curl("/avatar/\(path)", "--header", header)
    }

    private func width(_ answer: Curl.Answer) -> Int? {
        Photograph.look(at: answer.body)?.width
    }

    /// The number of requests for avatars that portraitd has answered.
    private func answered() -> Int {
        instance.log.split(separator: "\n").count { $0.contains("/avatar/{name}") }
    }

    @Test func `nginx answers from its cache until an answer expires`() throws {
        let first = try get("\(ann).jpg?s=123")
        #expect(first.status == 200)
        #expect(width(first) == 123)
        #expect(Photograph.look(at: first.body)?.quarters.count == 4)
        instance.stop()
        let second = try get("\(ann).jpg?s=123", "Origin: https://a.example")
        #expect(second.body == first.body)
        for answer in [first, second] {
            #expect(answer.headers["content-type"] == "image/jpeg")
            #expect(answer.headers["cache-control"] == "public, max-age=80")
            #expect(answer.headers["x-accel-expires"] == nil)
            #expect(answer.headers["access-control-allow-origin"] == "*")
            #expect(answer.headers["cross-origin-resource-policy"] == "cross-origin")
            #expect(answer.headers["x-content-type-options"] == "nosniff")
            #expect(answer.headers["vary"] == nil)
            #expect(answer.headers["etag"] == first.headers["etag"])
        }
        let tag = try #require(first.headers["etag"])
        let unchanged = try get("\(ann).jpg?s=123", "If-None-Match: \(tag)")
        #expect(unchanged.status == 304)
        #expect(unchanged.body.isEmpty)
        #expect(try get("\(ann).jpg?s=124").status == 502)
    }

    @Test func `no URL can poison the cached answer of another URL`() throws {
        // nginx ignores the case of names and does not decode them; portraitd must read the same values as nginx.
        for (query, side) in [("?S=10", 10), ("?%73=11", 80), ("?s=12&s=13", 12), ("?size=14", 14), ("?x&s=15", 15)] {
            #expect(try width(get("\(ann).jpg\(query)")) == side, "\(query)")
            #expect(try width(get("\(ann).jpg")) == 80, "\(query)")
        }
        #expect(try get("\(ann).png?d=404&f=y").status == 404)
        #expect(try get("\(ann).png?d=404").status == 200)
    }

    @Test func `parameters without effect do not fill the cache`() throws {
        for number in 1...5 {
            #expect(try get("\(ann)?s=40&time=\(number)&t=\(UUID().uuidString)").status == 200)
        }
        #expect(answered() == 1)
        #expect(try get("\(ann)?d=mp&s=40").status == 200)
        #expect(answered() == 2)
    }

    @Test func `HEAD and GET have separate cache entries`() throws {
        for _ in 1...2 {
            let head = try instance.curl("/avatar/\(ann).jpg?s=50", "--head")
            #expect(head.status == 200)
            let get = try get("\(ann).jpg?s=50")
            #expect(width(get) == 50)
            #expect(head.headers["content-length"] == get.headers["content-length"])
        }
    }

    @Test func `a temporary failure is not cached`() throws {
        let none = try get("\(ann.reversed().map(String.init).joined())?d=404")
        #expect(none.status == 404)
        #expect(none.headers["access-control-allow-origin"] == "*")
        #expect(none.headers["content-type"] == "application/problem+json")
        instance.stop()
        #expect(try get("\(ann)?s=60").status == 502)
        try instance.start()
        #expect(try get("\(ann)?s=60").status == 200)
    }

    @Test func `parallel requests for a picture draw it once`() throws {
        let path = "\(instance.url)/avatar/\(ann).png?s=900"
        let answer = try Curl.send(
            ["--parallel", "--parallel-max", "12"] + (0..<12).flatMap { _ in ["--output", "/dev/null", path] }
        )
        #expect(answer.status == 200)
        #expect(answered() == 1)
    }

    @Test func `initials of every script pass through nginx`() throws {
        for name in ["Ann%20Lee", "%E0%AE%9A%E0%AF%86", "%F0%9F%9A%80", "a%26d=404"] {
            let answer = try get("x.jpg?d=initials&name=\(name)&s=64")
            #expect(answer.status == 200)
            #expect(width(answer) == 64)
        }
    }

    @Test func `a replaced or deleted picture is gone when its answer expires`() throws {
        let instance = try Instance(["PORTRAITD_AVATAR_MAX_AGE": "5", "PORTRAITD_AVATAR_USER_IDS": "true"])
        let token = try instance.token("bob")
        func top() throws -> UInt32? {
            try Photograph.look(at: instance.curl("/avatar/bob.jpg").body)?.quarters[0]
        }
        func status() throws -> Int { try instance.curl("/avatar/bob.jpg?d=404").status }
        _ = try instance.put(Photograph.small(), token: token)
        let before = try #require(try top())
        _ = try instance.put(Photograph.small(turn: 1), token: token)
        // No answer may be older than the setting.
        let age = Duration.seconds(5)
        #expect(try waitUntil(within: age) { try top().map { $0 != before } ?? false })
        #expect(try status() == 200)
        _ = try instance.curl("/me/profileimage", token: token, "--request", "DELETE")
        #expect(try waitUntil(within: age) { try status() == 404 })
    }
}
