import Foundation
import HTTPTypes
import ProfileImages
@testable import Server
import Storage
import Testing

@Suite struct ImportTests {
    private let app: TestApplication
    private let alice = HTTPFields.user("alice")
    private let shop = HTTPFields.user("shop", scope: "admin")

    init() async throws {
        app = try await TestApplication()
    }

    private func post(_ body: String, _ fields: HTTPFields? = nil, to path: String = "/me/profileimage/import") throws
        -> Response
    {
        try app.send(.post, path, fields ?? alice, body: Array(body.utf8))
    }

    private func json(_ response: Response) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any])
    }

    @Test func `an import is accepted, and the answer links to its state`() throws {
        let answer = try post(#"{"url": "https://example.com/a.jpg", "ifNone": true}"#)
        #expect(answer.status == .accepted)
        #expect(answer.headerFields[.location] == "/me/profileimage/import")
        let job = try json(answer)
        #expect(job["state"] as? String == "pending")
        #expect(job["url"] as? String == "https://example.com/a.jpg")
        #expect(job["ifNone"] as? Bool == true)
        #expect(job["userId"] as? String == "alice")
        #expect(job["reason"] == nil)
        #expect(job["finishedAt"] == nil)
        let read = try app.send(.get, "/users/alice/profileimage/import", alice)
        #expect(read.status == .ok)
        #expect(read.body == answer.body)
        #expect(read.headerFields[.cacheControl] == "private, no-store")
    }

    @Test func `the state shows the result of an import`() throws {
        _ = try post(#"{"url": "https://example.com/a.jpg"}"#)
        let now = Date.now
        let job = try #require(try app.metadata.takeImport(until: now.addingTimeInterval(60), now: now, except: []))
        #expect(try json(app.send(.get, "/me/profileimage/import", alice))["state"] as? String == "running")
        let failure = ImportFailure(code: "timed-out", detail: "The server took too long.")
        try app.metadata.write { try $0.setState(.failed(failure), of: job, isFinished: true, at: now) }
        let failed = try json(app.send(.get, "/me/profileimage/import", alice))
        #expect(failed["state"] as? String == "failed")
        #expect(failed["code"] as? String == "timed-out")
        #expect(failed["reason"] as? String == "The server took too long.")
        #expect(failed["finishedAt"] as? String != nil)
    }

    @Test func `without an import its state is 404`() throws {
        let answer = try app.send(.get, "/me/profileimage/import", alice)
        #expect(answer.status == .notFound)
        #expect(try json(answer)["code"] as? String == "no-import")
    }

    @Test(arguments: [
        (#"{}"#, "/url"), (#"{"url": 7}"#, "/url"), (#"{"url": ""}"#, "/url"), (#"{"url": "a.jpg"}"#, "/url"),
        (#"{"url": "file:///etc/passwd"}"#, "/url"), (#"{"url": "ftp://example.com/a"}"#, "/url"),
        (#"{"url": "https://me:secret@example.com/a"}"#, "/url"), (#"{"url": "https:///a"}"#, "/url"),
        (#"{"url": "https://example.com/a b"}"#, "/url"), (#"{"url": "https://example.com/\n"}"#, "/url"),
        (#"{"url": "https://example.com/a", "ifNone": 1}"#, "/ifNone"),
        (#"{"url": "https://example.com/a", "if_none": true}"#, "/if_none"),
    ])
    func `an invalid member is refused by name, and no import starts`(_ body: String, _ pointer: String) throws {
        let answer = try post(body)
        #expect(answer.status == .badRequest)
        #expect(try json(answer)["pointer"] as? String == pointer)
        #expect(try app.send(.get, "/me/profileimage/import", alice).status == .notFound)
    }

    @Test func `a URL may have 2048 bytes`() throws {
        let start = "https://example.com/"
        let longest = start + String(repeating: "a", count: 2048 - start.utf8.count)
        #expect(try post(#"{"url": "\#(longest)"}"#).status == .accepted)
        #expect(try post(#"{"url": "\#(longest)a"}"#).status == .badRequest)
    }

    @Test func `only the user, an application or an administrator may request an import`() throws {
        let body = #"{"url": "https://example.com/a.jpg"}"#
        let path = "/users/bob/profileimage/import"
        #expect(try post(body, [:]).status == .unauthorized)
        #expect(try post(body, to: path).status == .forbidden)
        #expect(try post(body, .user("alice", scope: "profile:read")).status == .forbidden)
        #expect(try app.send(.get, path, alice).status == .forbidden)
        let answer = try post(body, shop, to: path)
        #expect(answer.status == .accepted)
        #expect(answer.headerFields[.location] == path)
    }

    @Test func `an unknown user is created, or refused with explicit profiles`() async throws {
        _ = try post(#"{"url": "https://example.com/a.jpg"}"#)
        #expect(try app.metadata.read { try $0.profile(of: #require(UserID(rawValue: "alice"))) } != nil)

        let strict = try await TestApplication(["PORTRAITD_CREATE_PROFILES": "explicit"])
        let body = Array(#"{"url": "https://example.com/a.jpg"}"#.utf8)
        #expect(try strict.send(.post, "/me/profileimage/import", alice, body: body).status == .notFound)
    }

    @Test func `internal faults are transient, a picture's faults are not`() {
        #expect(ImportFailure(StoreError.busy).isTransient)
        #expect(ImportFailure(StoreError.full).isTransient)
        let empty = ImportFailure(ProfileError.unknownUser)
        #expect(!empty.isTransient)
        #expect(empty.code == "no-user")
    }
}
