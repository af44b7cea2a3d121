import Foundation
import HTTPTypes
import ProfileImages
@testable import Server
import Storage
import Testing

@Suite struct ProfileTests {
    private let app: TestApplication
    private let alice = HTTPFields.user("alice")
    private let admin = HTTPFields.user("root", scope: "admin")

    init() async throws {
        app = try await TestApplication()
    }

    private func send(_ method: HTTPRequest.Method, _ target: String, _ fields: HTTPFields, _ json: String = "") throws
        -> Response
    {
        try app.send(method, target, fields.with(.contentType, "application/json"), body: Array(json.utf8))
    }

    private func key(_ scopes: Set<Scope>) throws -> HTTPFields {
        let token = APIKeyToken.random()
        try app.metadata.write { try $0.addAPIKey(token.stored(name: "", scopes: scopes, createdAt: .now), by: .test) }
        return .bearer(token.rawValue)
    }

    @Test func `a user has a profile after the first request`() throws {
        #expect(try send(.get, "/users/alice", admin).status == .notFound)
        let person = try send(.get, "/me", alice).object
        #expect(person["profileId"] as? String == "alice")
        #expect(person["hasProfileImage"] as? Bool == false)
        #expect(person["metadata"] as? [String: String] == [:])
        for absent in ["profileImage", "imageUrl", "email", "userName"] { #expect(person[absent] == nil) }
        #expect(
            try send(.get, "/users/alice", admin).object["createdDateTime"] as? String == person["createdDateTime"]
                as? String
        )
    }

    @Test func `the profile names the image while there is one`() throws {
        let image = try app.send(.put, "/me/profileimage", alice, body: TestPicture.gif()).object
        let person = try send(.get, "/me", alice).object
        #expect(person["profileImage"] as? String == image["id"] as? String)
        #expect(person["hasProfileImage"] as? Bool == true)
        #expect(person["imageUrl"] as? String == image["imageUrl"] as? String)
        _ = try app.send(.delete, "/me/profileimage", alice)
        let after = try send(.get, "/me", alice).object
        #expect(after["profileImage"] == nil)
        #expect(after["imageUrl"] == nil)
        #expect(after["hasProfileImage"] as? Bool == false)
    }

    @Test func `PATCH changes the named members, PUT replaces all`() throws {
        let first = #"{"userName":"ann","fullName":"Ann O'Neill","metadata":{"a":1,"b":{"c":true}}}"#
        #expect(try send(.patch, "/me", alice, first).status == .created)
        let second = #"{"fullName":null,"displayName":"Ann","metadata":{"a":null,"b":{"d":2}}}"#
        let patched = try send(.patch, "/me", alice, second)
        #expect(patched.status == .ok)
        #expect(try patched.object["userName"] as? String == "ann")
        #expect(try patched.object["fullName"] == nil)
        #expect(String(decoding: patched.body, as: UTF8.self).contains(#""metadata":{"b":{"c":true,"d":2}}"#))
        let put = try send(.put, "/users/alice", admin, #"{"email":" Ann@Example.COM ","description":"Ann,\nsmiling"}"#)
        #expect(put.status == .ok)
        #expect(try put.object["email"] as? String == "ann@example.com")
        #expect(try put.object["description"] as? String == "Ann,\nsmiling")
        #expect(try put.object["userName"] == nil)
        #expect(String(decoding: put.body, as: UTF8.self).contains(#""metadata":{}"#))
    }

    @Test(arguments: [
        (#"{"userName":1}"#, "/userName"),
        (#"{"fullName":"a\u0000b"}"#, "/fullName"),
        (#"{"fullName":"a\nb"}"#, "/fullName"),
        (#"{"nickname":"x"}"#, "/nickname"),
        (#"{"a/b~c":1}"#, "/a~1b~0c"),
        (#"{"profileImage":"x"}"#, "/profileImage"),
        (#"{"email":"nobody"}"#, "/email"),
        (#"{"email":["a@b.c"]}"#, "/email"),
        (#"{"metadata":[1]}"#, "/metadata"),
        (#"{"metadata":"x"}"#, "/metadata"),
    ])
    func `an invalid member is named and changes nothing`(_ body: String, _ pointer: String) throws {
        _ = try send(.put, "/users/bob", admin, #"{"userName":"bob"}"#)
        let response = try send(
            .patch,
            "/users/bob",
            admin,
            body.replacing("{", with: #"{"displayName":"B","#, maxReplacements: 1)
        )
        #expect(response.status == .badRequest)
        #expect(try response.object["pointer"] as? String == pointer)
        #expect(try send(.get, "/users/bob", admin).object["displayName"] == nil)
    }

    @Test func `the sizes of members are limited`() throws {
        let long = String(repeating: "é", count: 128)
        for body in [#"{"userName":"\#(long)"}"#, #"{"description":"\#(String(repeating: "x", count: 2001))"}"#] {
            let response = try send(.patch, "/me", alice, body)
            #expect(response.problemCode == "bad-member")
            #expect(try response.object["limit"] as? Int != nil)
        }
        let large = #"{"metadata":{"a":"\#(String(repeating: "x", count: 17_000))"}}"#
        #expect(try send(.patch, "/me", alice, large).object["pointer"] as? String == "/metadata")
        let deep = #"{"metadata":\#(String(repeating: #"{"a":"#, count: 17))1\#(String(repeating: "}", count: 17))}"#
        #expect(try send(.patch, "/me", alice, deep).object["pointer"] as? String == "/metadata")
        // The limit also holds for several small changes.
        for index in 0..<3 {
            let part = #"{"metadata":{"k\#(index)":"\#(String(repeating: "x", count: 6000))"}}"#
            #expect(try send(.patch, "/me", alice, part).status.code < 300 || index == 2)
        }
        #expect(try send(.get, "/me", alice).body.count < 17_000)
        let huge = #"{"userName":"\#(String(repeating: "x", count: 70_000))"}"#
        #expect(try send(.patch, "/me", alice, huge).status == .contentTooLarge)
    }

    @Test(arguments: [
        "", "{", "[]", "1", "{\"a\":}", "\u{FEFF}", "{\"a\":\"\\ud800\"}", String(repeating: "[", count: 30_000),
    ])
    func `a body that is not a JSON object is 400`(_ body: String) throws {
        let response = try send(.patch, "/me", alice, body)
        #expect(response.status == .badRequest)
    }

    @Test func `another type than JSON is 415`() throws {
        let fields = alice.with(.contentType, "application/x-www-form-urlencoded")
        #expect(try app.send(.patch, "/me", fields, body: Array("a=b".utf8)).status == .unsupportedMediaType)
    }

    @Test func `users change only the fields that the setting allows`() async throws {
        let refused = try send(.patch, "/me", alice, #"{"email":"ann@example.com"}"#)
        #expect(refused.status == .forbidden)
        #expect(try refused.object["pointer"] as? String == "/email")
        #expect(try send(.patch, "/users/alice", key([.write]), #"{"email":"ann@example.com"}"#).status == .created)
        #expect(try send(.patch, "/users/alice", admin, #"{"email":"ann@example.org"}"#).status == .ok)
        // A user's PUT does not remove the address.
        #expect(try send(.put, "/me", alice, #"{"userName":"ann"}"#).status == .ok)
        #expect(try send(.get, "/me", alice).object["email"] as? String == "ann@example.org")

        let strict = try await TestApplication(["PORTRAITD_SELF_FIELDS": "email"])
        let json = HTTPFields.user("alice").with(.contentType, "application/json")
        #expect(try strict.send(.patch, "/me", json, body: Array(#"{"email":"a@b.c"}"#.utf8)).status == .created)
        #expect(try strict.send(.patch, "/me", json, body: Array(#"{"userName":"x"}"#.utf8)).status == .forbidden)
    }

    @Test func `another user's profile is 403`() throws {
        _ = try send(.get, "/me", alice)
        for method in [HTTPRequest.Method.get, .put, .patch, .delete] {
            #expect(try send(method, "/users/alice", .user("bob"), "{}").status == .forbidden)
        }
        #expect(try send(.patch, "/me", .user("alice", scope: "profile:read"), "{}").status == .forbidden)
        #expect(try send(.get, "/users", alice).status == .forbidden)
        #expect(try send(.get, "/users", key([.read, .write])).status == .forbidden)
    }

    @Test func `with explicit profiles an unknown user is 404`() async throws {
        let app = try await TestApplication(["PORTRAITD_CREATE_PROFILES": "explicit"])
        let json = alice.with(.contentType, "application/json")
        let put = { try app.send(.put, "/me/profileimage", alice, body: TestPicture.gif()) }
        #expect(try put().problemCode == "no-user")
        #expect(app.publicFiles.isEmpty)
        #expect(try app.send(.get, "/me", alice).problemCode == "no-user")
        #expect(try app.send(.patch, "/me", json, body: Array("{}".utf8)).problemCode == "no-user")
        #expect(try app.send(.put, "/me", json, body: Array("{}".utf8)).problemCode == "no-user")
        let root = admin.with(.contentType, "application/json")
        #expect(try app.send(.put, "/users/alice", root, body: Array("{}".utf8)).status == .created)
        #expect(try put().status == .created)
    }

    @Test func `a change with an outdated entity tag is 412`() throws {
        let first = try #require(try send(.get, "/me", alice).headerFields[.eTag])
        #expect(try send(.get, "/me", alice.with(.ifNoneMatch, first)).status == .notModified)
        #expect(try send(.patch, "/me", alice.with(.ifMatch, first), #"{"userName":"a"}"#).status == .ok)
        let refused = try send(.patch, "/me", alice.with(.ifMatch, first), #"{"userName":"b"}"#)
        #expect(refused.status == .preconditionFailed)
        let current = try #require(try send(.get, "/me", alice).headerFields[.eTag])
        #expect(try refused.object["found"] as? String == current)
        #expect(try send(.patch, "/me", alice.with(.ifMatch, "\"x\""), "{}").status == .preconditionFailed)
        // An image changes the entity tag too; a change without effect does not.
        #expect(try send(.patch, "/me", alice, #"{"userName":"a"}"#).headerFields[.eTag] == current)
        _ = try app.send(.put, "/me/profileimage", alice, body: TestPicture.gif())
        #expect(try send(.get, "/me", alice.with(.ifNoneMatch, current)).status == .ok)
        #expect(try send(.patch, "/users/zoe", admin.with(.ifMatch, "*"), "{}").status == .notFound)
    }

    @Test func `administrators find users by words and by address, in pages`() throws {
        for (id, body) in [
            ("u1", #"{"fullName":"Ann Müller","email":"ann@example.com"}"#),
            ("u2", #"{"userName":"anna","displayName":"Zoë \"Z\" Quist"}"#),
            ("u3", #"{"familyName":"O'Neill","givenName":"Bob","email":"bob@example.com"}"#), ("u4", "{}"),
        ] { _ = try send(.put, "/users/\(id)", admin, body) }
        func found(_ query: String) throws -> [String?] {
            let response = try send(.get, "/users?\(query)", admin)
            return try #require(try response.object["users"] as? [[String: Any]]).map { $0["profileId"] as? String }
        }
        #expect(try found("") == ["u1", "u2", "u3", "u4"])
        #expect(try found("search=ann") == ["u1", "u2"])
        #expect(try found("search=MULLER%20an") == ["u1"])
        #expect(try found("search=example.com") == ["u1", "u3"])
        #expect(try found("search=bob%40example") == ["u3"])
        #expect(try found("search=zoe%20%22z%22") == ["u2"])
        #expect(try found("search=%22%20OR%20*%20NEAR(").isEmpty)
        #expect(try found("search=neill%20ann").isEmpty)
        #expect(try found("search=%00").isEmpty)
        for marked in ["a%22%CC%81", "%22%CC%81", "%22%CC%81%20OR%20ann", "ann%20%22%CC%81%22"] {
            #expect(try send(.get, "/users?search=\(marked)", admin).status == .ok, "\(marked)")
        }
        #expect(try found("search=ann%00muller") == ["u1"])
        #expect(try found("email=ANN%40example.com") == ["u1"])
        let page = try send(.get, "/users?limit=3", admin).object
        let next = try #require(page["next"] as? String)
        #expect((page["users"] as? [Any])?.count == 3)
        #expect(try found("limit=3&cursor=\(next)") == ["u4"])
        #expect(try send(.get, "/users?cursor=\(next)", admin).object["next"] == nil)
        // An unchanged member is still found, and a replaced name is not.
        for family in ["Ann", "Berg"] { _ = try send(.patch, "/users/u1", admin, #"{"familyName":"\#(family)"}"#) }
        #expect(try found("search=ann%20muller%20berg") == ["u1"])
        _ = try send(.patch, "/users/u2", admin, #"{"userName":null}"#)
        #expect(try found("search=ann") == ["u1"])
        _ = try send(.delete, "/users/u1", admin)
        #expect(try found("search=ann").isEmpty)
        for query in [
            "limit=0", "limit=501", "limit=x", "cursor=-1", "cursor=a", "email=x",
            "search=\(String(repeating: "a", count: 256))",
        ] {
            let answer = try send(.get, "/users?\(query)", admin)
            #expect(answer.status == .badRequest, "\(query)")
            let parameter = try answer.object["parameter"] as? String
            #expect(parameter.map { query.hasPrefix("\($0)=") } == true, "\(query)")
        }
    }

    @Test func `erasing a user leaves only a receipt and the audit`() async throws {
        let app = try await TestApplication(["PORTRAITD_KEEP_REPLACED": "all"])
        for red in 0..<3 { _ = try app.send(.put, "/me/profileimage", alice, body: TestPicture.gif(red: UInt8(red))) }
        _ = try app.send(.put, "/users/bob/profileimage", admin, body: TestPicture.gif())
        let form = TestForm.body([("file", "scan.pdf", Array("%PDF".utf8))])
        let type = alice.with(.contentType, TestForm.contentType)
        _ = try app.send(.post, "/media?AdditionalType=Scan", type, body: form)
        _ = try app.send(.patch, "/me", alice, body: Array(#"{"fullName":"Alice Unforgettable"}"#.utf8))
        let response = try app.send(.delete, "/users/alice", admin)
        #expect(response.status == .ok)
        let receipt = try response.object
        #expect((receipt["media"] as? [[String: Any]])?.count == 4)
        #expect(receipt["userId"] as? String == "alice")
        #expect((receipt["records"] as? [String: Int])?["events"] ?? 0 >= 4)
        let digest = try #require(receipt["digest"] as? String)
        #expect(digest.count == 64)
        let user = try #require(UserID(rawValue: "alice"))
        let audit = try app.metadata.read { try $0.auditRecords(of: user, after: 0, limit: 100) }
        #expect(audit.last?.subject == digest)
        #expect(audit.last?.actor == AuditActor(.token, name: "root", requestID: "r1"))
        #expect(app.publicFiles.count == 1)
        let files = FileManager.default.subpaths(atPath: app.folder) ?? []
        #expect(files.filter { $0.hasSuffix("/document") }.isEmpty)
        #expect(
            try app.metadata.read { try $0.events(after: 0, limit: 100) }.filter { $0.userID == user }.map(\.kind) == [
                .profileErased
            ]
        )
        #expect(try app.metadata.read { try $0.events(after: 0, limit: 100) }.last?.profile == nil)
        #expect(try app.send(.get, "/users/alice", admin).status == .notFound)
        #expect(try app.send(.delete, "/users/alice", admin).problemCode == "no-user")
        #expect(try app.send(.get, "/users/bob", admin).object["hasProfileImage"] as? Bool == true)
    }
}
