import Foundation
import HTTPTypes
import Logging
import ProfileImages
@testable import Server
import Storage
import Testing

@Suite struct AuthenticationTests {
    private let app: TestApplication

    init() async throws {
        app = try await TestApplication()
    }

    private func status(_ method: HTTPRequest.Method, _ target: String, _ fields: HTTPFields) throws -> Int {
        try app.send(method, target, fields, body: method == .put ? TestPicture.gif() : []).status.code
    }

    @Test(arguments: [HTTPRequest.Method.get, .put, .delete])
    func `without a credential every method is 401 with a challenge`(_ method: HTTPRequest.Method) throws {
        for target in ["/me/profileimage", "/users/alice/profileimage"] {
            let response = try app.send(method, target)
            #expect(response.status == .unauthorized)
            #expect(response.headerFields[.wwwAuthenticate] == "Bearer realm=\"portraitd\"")
        }
    }

    @Test(arguments: ["Basic YTpi", "Bearer", "Bearer ", "bearer x.y.z", "Digest x", "x.y.z"])
    func `an invalid credential is 401 with a reason`(_ value: String) throws {
        let response = try app.send(.get, "/me/profileimage", [.authorization: value])
        #expect(response.status == .unauthorized)
        #expect(response.headerFields[.wwwAuthenticate]?.contains("error=") == true)
    }

    @Test func `every method needs its scope`() throws {
        #expect(try status(.get, "/me/profileimage", .user("alice", scope: "profile:write")) == 403)
        #expect(try status(.put, "/me/profileimage", .user("alice", scope: "profile:read")) == 403)
        #expect(try status(.delete, "/me/profileimage", .user("alice", scope: "profile:read")) == 403)
        #expect(try status(.get, "/me/profileimage", .user("alice", scope: "")) == 403)
        #expect(try status(.get, "/me/profileimage", .user("alice", scope: "profile:read")) == 404)
        let response = try app.send(.put, "/me/profileimage", .user("alice", scope: "profile:read"))
        #expect(response.headerFields[.wwwAuthenticate]?.contains("scope=\"profile:write\"") == true)
    }

    @Test func `another user's image is 403 without the scope admin`() throws {
        #expect(try status(.put, "/users/bob/profileimage", .user("bob")) == 201)
        #expect(try status(.get, "/users/bob/profileimage", .user("alice")) == 403)
        #expect(try status(.put, "/users/bob/profileimage", .user("alice")) == 403)
        #expect(try status(.delete, "/users/bob/profileimage", .user("alice")) == 403)
        #expect(try status(.get, "/users/bob/profileimage", .user("alice", scope: "admin")) == 200)
        #expect(try status(.delete, "/users/bob/profileimage", .user("alice", scope: "admin")) == 204)
    }

    @Test func `an identifier with another normal form is another user`() throws {
        // The two users are é as one scalar, and e with a combining accent.
        #expect(try status(.put, "/users/e%CC%81/profileimage", .user("e\u{301}")) == 201)
        #expect(try status(.get, "/users/e%CC%81/profileimage", .user("\u{E9}")) == 403)
        #expect(try status(.get, "/users/%C3%A9/profileimage", .user("\u{E9}")) == 404)
        #expect(try status(.delete, "/users/e%CC%81/profileimage", .user("\u{E9}")) == 403)
    }

    @Test func `an API key acts for every user within its scopes until it is revoked`() throws {
        let token = APIKeyToken.random()
        try app.metadata.write { try $0.addAPIKey(token.stored(name: "", scopes: [.read], createdAt: .now), by: .test) }
        let fields = HTTPFields.bearer(token.rawValue)
        #expect(try status(.put, "/users/bob/profileimage", .user("bob")) == 201)
        #expect(try status(.get, "/users/bob/profileimage", fields) == 200)
        #expect(try status(.put, "/users/bob/profileimage", fields) == 403)
        #expect(try status(.get, "/me/profileimage", fields) == 403)
        #expect(try app.metadata.write { try $0.revokeAPIKey(id: token.id, by: .test, at: .now) })
        #expect(try status(.get, "/users/bob/profileimage", fields) == 401)
    }

    @Test func `only the complete key is accepted, and only its digest is stored`() throws {
        let token = APIKeyToken.random()
        let stored = token.stored(name: "", scopes: [.admin], createdAt: .now)
        try app.metadata.write { try $0.addAPIKey(stored, by: .test) }
        let other = APIKeyToken.random().rawValue.split(separator: "_")[2]
        let forged = [
            "portraitd_\(token.id)_\(other)", "portraitd_\(token.id)_", "portraitd__",
            String(token.rawValue.dropLast()),
        ]
        for key in forged {
            #expect(try status(.get, "/users/bob/profileimage", .bearer(key)) == 401)
        }
        #expect(stored.digest.count == 32)
        let database = try Data(contentsOf: URL(filePath: "\(app.folder)/portraitd.sqlite-wal"))
        #expect(database.range(of: Data(token.id.utf8)) != nil)
        #expect(database.range(of: Data(token.rawValue.split(separator: "_")[2].utf8)) == nil)
    }

    /// The fields by which a browser describes the page that sends a request.
    private static let pages: [(fields: HTTPFields, mayChange: Bool)] = [
        ([:], true), ([.origin: "https://images.test"], true), ([.origin: "https://app.example"], true),
        ([.origin: "https://evil.example"], false), ([.origin: "null"], false),
        ([.secFetchSite: "same-origin"], true),
        ([.secFetchSite: "none"], true),
        ([.secFetchSite: "cross-site"], false),
        ([.secFetchSite: "same-site"], false),
        ([.secFetchSite: "cross-site", .origin: "https://app.example"], true),
    ]

    @Test(arguments: pages)
    func `a foreign page cannot change data with the web server's sign-in`(_ fields: HTTPFields, _ mayChange: Bool)
        async throws
    {
        let app = try await TestApplication([
            "PORTRAITD_REMOTE_USER": "true", "PORTRAITD_CORS_ORIGINS": "https://app.example",
        ])
        let path = "/me/profileimage"
        func status(_ method: HTTPRequest.Method, _ target: String, _ user: String? = "alice") throws -> Int {
            try app.send(method, target, fields, body: TestPicture.gif(), remoteUser: user).status.code
        }
        for (method, target, good) in [
            (.put, path, 201), (.post, "\(path)/default", 200), (.delete, path, 204),
        ] as [(HTTPRequest.Method, String, Int)] {
            let status = try status(method, target)
            #expect(mayChange ? (200..<300).contains(status) : status == 403, "\(method) \(status) \(good)")
        }
        // CORS decides about reads, and only the page that has a token can send it.
        #expect(try status(.get, path) == 404 || mayChange)
        let token = HTTPFields.user("bob")
        let ofToken = try app.send(.put, path, HTTPFields(fields + token), body: TestPicture.gif())
        #expect(ofToken.status == .created)
    }

    @Test func `REMOTE_USER counts only by setting, and a token overrides it`() async throws {
        let trusting = try await TestApplication(["PORTRAITD_REMOTE_USER": "true"])
        #expect(try app.send(.get, "/me/profileimage", remoteUser: "alice").status == .unauthorized)
        #expect(
            try trusting.send(.put, "/me/profileimage", body: TestPicture.gif(), remoteUser: "alice").status == .created
        )
        let basic: HTTPFields = [.authorization: "Basic YTpi"]
        #expect(try trusting.send(.get, "/me/profileimage", basic, remoteUser: "alice").status == .ok)
        #expect(try trusting.send(.get, "/users/alice/profileimage", remoteUser: "bob").status == .forbidden)
        // A token decides if there is one: REMOTE_USER does not replace a bad token.
        #expect(try trusting.send(.get, "/me/profileimage", .user("bob"), remoteUser: "alice").status == .notFound)
        #expect(
            try trusting.send(.get, "/me/profileimage", .bearer("x.y.z"), remoteUser: "alice").status == .unauthorized
        )
        #expect(try trusting.send(.get, "/me/profileimage", basic).status == .unauthorized)
    }

    @Test(arguments: ["auth0|u1", "a/b", "日本", "a%2Fb", "..", "."])
    func `any identifier fits into one path segment`(_ id: String) throws {
        let user = try #require(UserID(rawValue: id))
        let encoded = id.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(try status(.put, "/users/\(encoded)/profileimage", .user(id)) == 201)
        #expect(try app.metadata.read { try $0.image(of: user) } != nil)
        #expect(try status(.get, "/me/profileimage", .user(id)) == 200)
    }

    @Test(arguments: ["", "%00", "%0A", "%C2%85", String(repeating: "a", count: 256)])
    func `an invalid identifier is 400`(_ encoded: String) throws {
        #expect(try status(.get, "/users/\(encoded)/profileimage", .user("alice", scope: "admin")) == 400)
    }

    @Test func `a refusal comes before the body is read`() throws {
        for fields in [[:], HTTPFields.user("alice", scope: "profile:read"), .user("bob")] {
            let response = try app.send(.put, "/users/alice/profileimage", fields, body: TestPicture.gif()) {
                Issue.record("the body was read")
            }
            #expect([401, 403].contains(response.status.code))
        }
    }

    @Test func `the log names the user and the request but no credential`() throws {
        let fields = HTTPFields.user("alice")
        _ = try app.send(.get, "/me/profileimage?token=secret", fields)
        let event = try #require(app.log.events.last)
        let metadata = try #require(event.metadata)
        #expect(metadata["user.id"] == "alice")
        #expect(metadata["request.id"] == "r1")
        #expect(metadata["route"] == "/me/profileimage")
        #expect(metadata["status"] == "404")
        let line = LogfmtHandler.line(level: event.level, message: "\(event.message)", metadata: metadata)
        let token = try #require(fields[.authorization]).dropFirst("Bearer ".count)
        #expect(!line.contains(token) && !line.contains("secret"))
    }
}
