import Foundation
import HTTPTypes
import ProfileImages
@testable import Server
import Storage
import Testing

@Suite struct IdentityTests {
    private let app: TestApplication
    private let path = "/users/alice/identities/google-oauth2"
    private let alice = HTTPFields.user("alice")
    private let admin = HTTPFields.user("shop", scope: "admin")

    init() async throws {
        app = try await TestApplication()
    }

    private func put(_ body: String, _ fields: HTTPFields? = nil) throws -> Response {
        try app.send(.put, path, fields ?? admin, body: Array(body.utf8))
    }

    private func json(_ response: Response) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any])
    }

    @Test func `a sign-in is recorded and updates the profile and the picture`() throws {
        let body = """
            {"pictureUrl": "https://lh3.example.com/a", "name": "Alice Appleby", "givenName": "Alice",
             "familyName": "Appleby", "nickname": "al", "email": "Alice@Example.com"}
            """
        let first = try put(body)
        #expect(first.status == .created)
        #expect(try put(body).status == .ok)
        let identity = try json(app.send(.get, path, alice))
        #expect(identity["connection"] as? String == "google-oauth2")
        #expect(identity["pictureUrl"] as? String == "https://lh3.example.com/a")
        #expect(identity["nickname"] as? String == "al")
        #expect(identity["email"] as? String == "alice@example.com")
        let profile = try json(app.send(.get, "/me", alice))
        #expect(profile["fullName"] as? String == "Alice Appleby")
        #expect(profile["givenName"] as? String == "Alice")
        #expect(profile["familyName"] as? String == "Appleby")
        #expect(profile["email"] as? String == "alice@example.com")
        let job = try json(app.send(.get, "/me/profileimage/import", alice))
        #expect(job["url"] as? String == "https://lh3.example.com/a")
    }

    @Test func `an identity can be deleted`() throws {
        #expect(try app.send(.get, path, admin).status == .notFound)
        _ = try put(#"{"name": "Alice"}"#)
        #expect(try app.send(.delete, path, admin).status == .noContent)
        #expect(try app.send(.delete, path, admin).status == .notFound)
        #expect(try json(app.send(.get, "/me", alice))["fullName"] as? String == "Alice")
    }

    @Test func `a user cannot record a sign-in`() throws {
        #expect(try put("{}", alice).status == .forbidden)
        #expect(try put("{}", [:]).status == .unauthorized)
        #expect(try app.send(.delete, path, alice).status == .forbidden)
        #expect(try app.send(.get, path, .user("bob")).status == .forbidden)
    }

    @Test(arguments: [
        (#"{"pictureUrl": "javascript:alert(1)"}"#, "/pictureUrl"), (#"{"email": "alice"}"#, "/email"),
        (#"{"name": 7}"#, "/name"), (#"{"picture": "https://a.example/b"}"#, "/picture"),
    ])
    func `an invalid member is refused by name`(_ body: String, _ pointer: String) throws {
        let answer = try put(body)
        #expect(answer.status == .badRequest)
        #expect(try json(answer)["pointer"] as? String == pointer)
        #expect(try app.send(.get, path, admin).status == .notFound)
    }

    @Test func `null and empty members count as absent`() throws {
        #expect(try put(#"{"pictureUrl": null, "name": "", "email": null}"#).status == .created)
        let identity = try json(app.send(.get, path, admin))
        #expect(Set(identity.keys) == ["userId", "connection", "updatedAt"])
    }

    @Test(arguments: ["a%20b", "a%2Fb", "", "%C3%A9", String(repeating: "a", count: 129)])
    func `an invalid connection name is refused`(_ name: String) throws {
        let answer = try app.send(.put, "/users/alice/identities/\(name)", admin, body: Array("{}".utf8))
        #expect(answer.status == .badRequest)
    }

    @Test func `an administrator sets the sync of a connection`() throws {
        let connection = "/connections/google-oauth2"
        #expect(try json(app.send(.get, connection, admin))["sync"] as? String == "on_each_login")
        let body = Array(#"{"sync": "never_on_login"}"#.utf8)
        #expect(try app.send(.put, connection, alice, body: body).status == .forbidden)
        #expect(try app.send(.get, connection, alice).status == .forbidden)
        #expect(try json(app.send(.put, connection, admin, body: body))["sync"] as? String == "never_on_login")
        #expect(try json(app.send(.get, connection, admin))["sync"] as? String == "never_on_login")
        for wrong in [#"{}"#, #"{"sync": "sometimes"}"#, #"{"sync": "on_each_login", "x": 1}"#] {
            #expect(try app.send(.put, connection, admin, body: Array(wrong.utf8)).status == .badRequest)
        }
        _ = try put(#"{"name": "Alice", "pictureUrl": "https://lh3.example.com/a"}"#)
        #expect(try json(app.send(.get, "/me", alice))["fullName"] == nil)
        #expect(try app.send(.get, "/me/profileimage/import", alice).status == .notFound)
    }
}
