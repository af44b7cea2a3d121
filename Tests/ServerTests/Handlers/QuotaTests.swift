import Foundation
import HTTPTypes
import ProfileImages
@testable import Server
import Storage
import TestSupport
import Testing

@Suite struct QuotaTests {
    private let alice = HTTPFields.user("alice")

    private func application(_ settings: [String: String]) async throws -> TestApplication {
        let defaults = ["PORTRAITD_KEEP_REPLACED": "all", "PORTRAITD_SIDES": "16", "PORTRAITD_FORMATS": "jpeg"]
        return try await TestApplication(defaults.merging(settings) { $1 })
    }

    private func addDocument(_ bytes: Int, to app: TestApplication, _ fields: HTTPFields? = nil) throws -> Response {
        try app.send(
            .post,
            "/media?AdditionalType=Scan",
            (fields ?? alice).with(.contentType, TestForm.contentType),
            body: TestForm.body([("file", "a.txt", [UInt8](repeating: 65, count: bytes))])
        )
    }

    private func put(_ app: TestApplication, red: UInt8 = 1) throws -> Response {
        try app.send(.put, "/me/profileimage", alice, body: TestPicture.gif(red: red))
    }

    /// The number of users' files, except the database.
    private func files(of app: TestApplication) -> Int {
        let all = FileManager.default.subpaths(atPath: app.folder) ?? []
        return all.filter { $0.hasSuffix("/document") || $0.hasSuffix(".jpg") }.count
    }

    private func expectRefusal(_ response: Response, found: Int? = nil, limit: Int) throws {
        #expect(response.status == .contentTooLarge)
        #expect(response.problemCode == "quota-exceeded")
        #expect(try response.object["limit"] as? Int == limit)
        if let found { #expect(try response.object["found"] as? String == String(found)) }
    }

    @Test func `pictures, replaced pictures and documents are counted together`() async throws {
        let app = try await application(["PORTRAITD_MAX_USER_MEDIA": "2"])
        #expect(try put(app).status == .created)
        #expect(try put(app, red: 2).status == .ok)
        let image = try #require(try app.send(.get, "/me", alice).object["profileImage"] as? String)
        try expectRefusal(put(app, red: 3), found: 3, limit: 2)
        try expectRefusal(addDocument(1, to: app), found: 3, limit: 2)
        // The stored items stay, and no other item exists.
        #expect(try app.send(.get, "/me", alice).object["profileImage"] as? String == image)
        #expect(files(of: app) == 2)
        #expect(try addDocument(1, to: app, .user("bob")).status == .ok)
        #expect(try app.send(.delete, "/me/profileimage", alice).status == .noContent)
        #expect(try put(app, red: 3).status == .created)
    }

    @Test func `a picture that replaces another needs no additional quota`() async throws {
        let app = try await application(["PORTRAITD_MAX_USER_MEDIA": "1", "PORTRAITD_KEEP_REPLACED": "none"])
        for red in 1...3 as ClosedRange<UInt8> { #expect(try put(app, red: red).status.kind == .successful) }
        #expect(files(of: app) == 1)
    }

    @Test func `the bytes of all items are counted together`() async throws {
        let app = try await application(["PORTRAITD_MAX_USER_BYTES": "5000"])
        #expect(try addDocument(3000, to: app).status == .ok)
        try expectRefusal(addDocument(2001, to: app), found: 5001, limit: 5000)
        #expect(try addDocument(2000, to: app).status == .ok)
        try expectRefusal(put(app), limit: 5000)
        #expect(try app.send(.get, "/me/profileimage", alice).status == .notFound)
        #expect(files(of: app) == 2)
    }

    @Test func `parallel uploads do not exceed the quota`() async throws {
        let app = try await application(["PORTRAITD_MAX_USER_BYTES": "4000"])
        let answers = try await withThrowingTaskGroup(of: Response.self) { group in
            for _ in 0..<12 { group.addTask { try await onThread { try addDocument(1000, to: app) } } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.filter { $0.status == .ok }.count == 4)
        for answer in answers where answer.status != .ok { try expectRefusal(answer, found: 5000, limit: 4000) }
        #expect(files(of: app) == 4)
    }

    @Test func `a refusal does not use up an upload URL`() async throws {
        let app = try await application(["PORTRAITD_MAX_USER_MEDIA": "1"])
        #expect(try addDocument(1, to: app).status == .ok)
        let media = try #require(try app.send(.get, "/media", alice).objects.first?["identifier"] as? String)
        let allowed = try app.send(.post, "/me/profileimage/uploads", alice)
        let url = try #require(try allowed.object["upload_url"] as? String).dropFirst("https://images.test".count)
        try expectRefusal(app.send(.put, String(url), body: TestPicture.gif()), found: 2, limit: 1)
        #expect(try app.send(.delete, "/media/\(media)", alice).status == .noContent)
        #expect(try app.send(.put, String(url), body: TestPicture.gif()).status == .created)
    }

    @Test func `Clerk's and Serverpod's clients get their own errors`() async throws {
        let app = try await application(["PORTRAITD_MAX_USER_MEDIA": "1", "PORTRAITD_DIALECTS": "clerk,serverpod"])
        #expect(try app.setUserImage(TestPicture.gif()).status == .ok)
        let serverpod = try app.setUserImage(TestPicture.gif(red: 2))
        #expect(serverpod.status == .badRequest)
        #expect(serverpod.text.contains("1 are allowed"))

        let key = APIKeyToken.random(prefix: "sk_live_")
        try app.metadata.write { try $0.addAPIKey(key.stored(name: "", scopes: [.admin], createdAt: .now), by: .test) }
        let clerk = try app.send(
            .post,
            "/v1/users/alice/profile_image",
            .bearer(key.rawValue).with(.contentType, TestForm.contentType),
            body: TestForm.body([("file", "a.gif", TestPicture.gif(red: 2))])
        )
        let error = try #require((try clerk.object["errors"] as? [[String: Any]])?.first)
        #expect(clerk.status == .contentTooLarge)
        #expect(error["code"] as? String == "image_too_large")
        #expect((error["long_message"] as? String)?.contains("1 are allowed") == true)
    }

    @Test func `Authgear's clients get their own error, and the mutation has no effect`() async throws {
        let client = try await AuthgearClient(["PORTRAITD_MAX_USER_MEDIA": "1", "PORTRAITD_KEEP_REPLACED": "all"])
        try client.makeUser("ann")
        let first = try client.upload()
        _ = try client.setAttributes(["picture": first], of: "ann")
        let second = try client.upload(TestPicture.gif(red: 2))
        let answer = try client.setAttributes(["picture": second, "name": "Ann"], of: "ann")
        #expect(answer.reason == "Invalid")
        #expect((answer.error?["message"] as? String)?.contains("1 are allowed") == true)
        let kept = try client.attributes(of: "ann")
        #expect(kept["name"] == nil)
        #expect((kept["picture"] as? String)?.contains(first.split(separator: "/").last ?? "-") == true)
    }

    @Test func `a user's staged images are counted`() async throws {
        let client = try await AuthgearClient(["PORTRAITD_MAX_USER_MEDIA": "1"])
        let parts = [("file", String?.some("a.gif"), TestPicture.gif())]
        var answers: [Response] = []
        for _ in 1...2 {
            let allowed = try client.app.send(.post, "/api/images/upload", .user("ann"))
            let url = try #require((try allowed.object["result"] as? [String: String])?["upload_url"])
            let target = String(url.dropFirst("https://images.test".count))
            answers.append(try client.send(parts.map { (name: $0.0, filename: $0.1, content: $0.2) }, to: target))
        }
        #expect(answers[0].status == .ok)
        #expect(answers[1].status == .badRequest)
        #expect((try answers[1].object["error"] as? [String: Any])?["reason"] as? String == "BadRequest")
    }
}
