import Configuration
import Foundation
import HTTPTypes
import Imaging
import ProfileImages
@testable import Server
import Storage
import Testing

@Suite struct Auth0Tests {
    private static let picture = "https://example.com/some-image.png"
    private static let users = "/api/v2/users"

    private let app: TestApplication
    private let admin = HTTPFields.user("root", scope: "admin")

    init() async throws {
        app = try await Self.application()
    }

    private static func application(_ settings: [String: String] = [:]) async throws -> TestApplication {
        let app = try await TestApplication(settings.merging(["PORTRAITD_DIALECTS": "auth0"]) { $1 })
        for (id, body) in [
            ("auth0%7Cu1", #"{"email":"jo.doe@example.com"}"#), ("google-oauth2%7Cg1", #"{"email":"ann@example.com"}"#),
            ("email%7Ce1", #"{"email":"eve@example.com","fullName":"Clinton Imaro"}"#),
        ] {
            let fields = HTTPFields.user("root", scope: "admin").with(.contentType, "application/json")
            let answer = try app.send(.put, "/users/\(id)", fields, body: Array(body.utf8))
            try #require(answer.status == .created)
        }
        return app
    }

    private func send(
        _ method: HTTPRequest.Method,
        _ target: String,
        _ json: String = "",
        as fields: HTTPFields? = nil,
        to app: TestApplication? = nil
    ) throws -> Response {
        let fields = (fields ?? admin).with(.contentType, "application/json")
        return try (app ?? self.app).send(method, target, fields, body: Array(json.utf8))
    }

    private func signIn(_ user: String, by connection: String, picture: String, name: String? = nil) throws {
        let more = name.map { #","name":"\#($0)""# } ?? ""
        let body = #"{"pictureUrl":"https://provider.example/\#(picture)"\#(more)}"#
        #expect(try send(.put, "/users/\(user)/identities/\(connection)", body).status.kind == .successful)
    }

    private func get(_ user: String) throws -> [String: Any] {
        try send(.get, "\(Self.users)/\(user)").object
    }

    private func patch(_ user: String, _ json: String, as fields: HTTPFields? = nil) throws -> Response {
        try send(.patch, "\(Self.users)/\(user)", json, as: fields)
    }

    private func setSync(_ sync: String) throws -> Response {
        try send(
            .patch,
            "/api/v2/connections/con_google-oauth2",
            #"{"options":{"set_user_root_attributes":"\#(sync)"}}"#
        )
    }

    private func claim(of user: String, in app: TestApplication) throws -> String? {
        try app.send(.get, "/userinfo", .user(user)).object["picture"] as? String
    }

    private func error(_ response: Response) throws -> (status: Int, code: String?) {
        #expect(response.headerFields[.contentType] == "application/json; charset=utf-8")
        let error = try response.object
        #expect(error["statusCode"] as? Int == response.status.code)
        #expect(error["message"] is String && error["error"] is String)
        return (response.status.code, error["errorCode"] as? String)
    }

    @Test func `A1 every user has a name, a nickname and a picture at the root`() throws {
        _ = try send(.put, "/users/bare", "{}")
        for user in ["bare", "auth0%7Cu1", "email%7Ce1"] {
            let found = try get(user)
            for name in ["name", "nickname", "picture"] {
                #expect((found[name] as? String)?.isEmpty == false, "\(name)")
            }
            #expect(found["user_metadata"] is [String: Any] && found["app_metadata"] is [String: Any])
            #expect((found["identities"] as? [[String: Any]])?.isEmpty == false)
        }
        let user = try get("auth0%7Cu1")
        #expect(user["user_id"] as? String == "auth0|u1")
        #expect(user["name"] as? String == "jo.doe@example.com")
        #expect(user["nickname"] as? String == "jo.doe")
        #expect(user["email_verified"] as? Bool == false)
    }

    @Test func `A2 the picture is the provider's, or the address's at Gravatar's URL`() throws {
        let md5 = try #require(EmailAddress(rawValue: "ann@example.com")).md5
        let before = try #require(try get("google-oauth2%7Cg1")["picture"] as? String)
        #expect(
            before.hasPrefix(
                "https://images.test/avatar/\(md5)?s=480&r=pg&d=https%3A%2F%2Fimages.test%2Favatars%2Fan.png"
            )
        )
        try signIn("google-oauth2%7Cg1", by: "google-oauth2", picture: "a.png")
        let user = try get("google-oauth2%7Cg1")
        #expect(user["picture"] as? String == "https://provider.example/a.png")
        #expect(user["last_login"] is String)
        let identity = try #require((user["identities"] as? [[String: Any]])?.first)
        #expect(identity["connection"] as? String == "google-oauth2")
        #expect(identity["isSocial"] as? Bool == true)
        // A fetched or uploaded picture is served from here, and a deleted picture is not fetched again.
        _ = try app.send(.put, "/users/google-oauth2%7Cg1/profileimage", admin, body: TestPicture.gif())
        #expect((try get("google-oauth2%7Cg1")["picture"] as? String)?.hasPrefix("https://images.test/images/") == true)
        _ = try app.send(.delete, "/users/google-oauth2%7Cg1/profileimage", admin)
        #expect(try get("google-oauth2%7Cg1")["picture"] as? String == before)
    }

    @Test func `A3 users of the database have a served picture of their initials`() throws {
        for (user, letters) in ["auth0%7Cu1": "jo", "email%7Ce1": "ci"] {
            let picture = try #require(try get(user)["picture"] as? String)
            #expect(picture.hasSuffix("%2Favatars%2F\(letters).png"), "\(picture)")
            let drawn = try app.send(.get, "/avatars/\(letters).png")
            #expect(drawn.status == .ok)
            #expect(try ImageHeader.read(drawn.body).format == .png)
            // The whole URL works too, and the picture is drawn at once.
            let path = String(picture.dropFirst("https://images.test".count))
            let shown = try app.send(.get, path)
            #expect(shown.status == .ok)
            #expect(try ImageHeader.read(shown.body).width == 480)
        }
        for path in ["/avatars/abc.png", "/avatars/.png", "/avatars/ab.jpg", "/avatars"] {
            #expect(try app.send(.get, path).status == .notFound, "\(path)")
        }
    }

    @Test func `A4 the claim picture is the user's picture`() throws {
        let claims = try app.send(.get, "/userinfo", .user("auth0|u1"))
        #expect(claims.status == .ok)
        #expect(try claims.object["sub"] as? String == "auth0|u1")
        #expect(try claims.object["picture"] as? String == get("auth0%7Cu1")["picture"] as? String)
        for name in ["name", "nickname", "email", "email_verified", "updated_at"] {
            #expect(try claims.object[name] != nil, "\(name)")
        }
        #expect(try app.send(.post, "/userinfo", .user("auth0|u1")).status == .ok)
        let refused = try app.send(.get, "/userinfo", .bearer("x"))
        #expect(refused.status == .unauthorized)
        #expect(try refused.object["error"] as? String == "invalid_token")
        #expect(try refused.object["error_description"] is String)
    }

    @Test func `A5 an administrator sees the current picture`() throws {
        _ = try patch("auth0%7Cu1", #"{"picture":"\#(Self.picture)","app_metadata":{"plan":"gold"}}"#)
        let target = "\(Self.users)/auth0%7Cu1"
        #expect(try send(.get, target).object["picture"] as? String == Self.picture)
        #expect(try send(.get, "\(target)?fields=picture,user_id").object.keys.sorted() == ["picture", "user_id"])
        let rest = try send(.get, "\(target)?fields=picture,user_id&include_fields=false").object
        #expect(rest["picture"] == nil && rest["name"] != nil)
    }

    @Test func `A6 the picture of a provider's user cannot be changed`() throws {
        let refused = try patch("google-oauth2%7Cg1", #"{"picture":"\#(Self.picture)","name":"x"}"#)
        #expect(try error(refused).status == 400)
        let message = try #require(try refused.object["message"] as? String)
        let beginning =
            "The following user attributes cannot be updated: name, picture. The connection (google-oauth2) must"
        #expect(message.hasPrefix(beginning))
        #expect(message.hasSuffix("https://auth0.com/docs/dashboard/guides/connections/configure-connection-sync"))
        #expect(try get("google-oauth2%7Cg1")["picture"] as? String != Self.picture)
        // A user whose identifier names no connection belongs to the connection that recorded the sign-in.
        _ = try send(.put, "/users/plain", "{}")
        try signIn("plain", by: "facebook", picture: "a.png")
        #expect(try error(patch("plain", #"{"picture":"\#(Self.picture)"}"#)).status == 400)
        for user in ["auth0%7Cu1", "email%7Ce1"] {
            #expect(try patch(user, #"{"picture":"\#(Self.picture)"}"#).status == .ok)
        }
    }

    @Test func `A7 a connection can be set to sync attributes only at the first login`() throws {
        let path = "/api/v2/connections/con_google-oauth2"
        let before = try send(.get, path).object
        #expect(before["options"] as? [String: String] == ["set_user_root_attributes": "on_each_login"])
        #expect(before["strategy"] as? String == "google-oauth2")
        #expect(before["id"] as? String == "con_google-oauth2")
        try signIn("google-oauth2%7Cg1", by: "google-oauth2", picture: "a.png", name: "First")
        #expect(try setSync("on_first_login").status == .ok)
        #expect((try send(.get, path).object["options"] as? [String: String])?.values.first == "on_first_login")
        _ = try patch("google-oauth2%7Cg1", #"{"picture":"\#(Self.picture)","name":"Own"}"#)
        try signIn("google-oauth2%7Cg1", by: "google-oauth2", picture: "b.png", name: "Second")
        #expect(try get("google-oauth2%7Cg1")["picture"] as? String == Self.picture)
        #expect(try get("google-oauth2%7Cg1")["name"] as? String == "Own")
        // A PATCH replaces the options as a whole.
        #expect(try send(.patch, path, #"{"options":{}}"#).status == .ok)
        #expect((try send(.get, path).object["options"] as? [String: String])?.values.first == "on_each_login")
        for body in [
            "{}", #"{"options":{"scope":"x"}}"#, #"{"options":{"set_user_root_attributes":"x"}}"#,
            #"{"name":"x","options":{}}"#,
        ] {
            #expect(try error(send(.patch, path, body)) == (400, "invalid_body"), "\(body)")
        }
        #expect(try error(setSync("x")).status == 400)
        let passwordless = "/api/v2/connections/email"
        #expect(
            try error(send(.patch, passwordless, #"{"options":{"set_user_root_attributes":"on_first_login"}}"#)).status
                == 400
        )
        #expect(try error(send(.get, path, as: .user("auth0|u1"))) == (403, "insufficient_scope"))
    }

    @Test(arguments: ["on_first_login", "never_on_login"])
    func `A8 without sync at each login, root attributes can be set and stay`(_ sync: String) throws {
        #expect(try setSync(sync).status == .ok)
        for user in ["google-oauth2%7Cg1", "auth0%7Cu1"] {
            let body = #"{"picture":"\#(Self.picture)","given_name":"Ann","nickname":"annie"}"#
            #expect(try patch(user, body).status == .ok)
            try signIn(user, by: "github", picture: "c.png")
            let found = try get(user)
            #expect(found["picture"] as? String == Self.picture)
            #expect(found["nickname"] as? String == "annie")
            #expect(try patch(user, #"{"nickname":null,"picture":null}"#).object["nickname"] as? String != "annie")
        }
    }

    @Test func `A9 one file imports many users, and the job reports its errors`() async throws {
        let file = """
            [{"email":"new@example.com","user_id":"n1","picture":"\(Self.picture)","name":"New","blocked":false,
              "app_metadata":{"a":1},"user_metadata":{"b":1},"email_verified":true,"password_hash":"$2b$10$x"},
             {"email":"jo.doe@example.com","picture":"\(Self.picture)"}, {"email":"other@example.com"},
             {"email":"other@example.com"}, {"name":"x"}, {"email":"x"}, {"email":"y@example.com","colour":"red"}, 7,
             {"email":"z@example.com","picture":"data:image/png;base64,AA"}, {"email":"w@example.com","name":5},
             {"email":"v@example.com","user_id":""}, {"email":"ann@example.com","user_id":"n2"},
             {"email":"u@example.com","user_metadata":{"a":"\(String(repeating: "x", count: 17_000))"}}]
            """
        let job = try importUsers(file, ["external_id": "e1"])
        #expect(job.status == .accepted)
        let created = try job.object
        #expect(created["status"] as? String == "pending" && created["type"] as? String == "users_import")
        #expect(created["connection_id"] as? String == "con_x" && created["external_id"] as? String == "e1")
        #expect(created["upsert"] as? Bool == false && created["send_completion_email"] as? Bool == true)
        let id = try #require(created["id"] as? String)
        let done = try send(.get, "/api/v2/jobs/\(id)").object
        #expect(done["status"] as? String == "completed")
        #expect(done["summary"] as? [String: Int] == ["inserted": 2, "updated": 0, "failed": 11, "total": 13])
        let errors = try send(.get, "/api/v2/jobs/\(id)/errors").objects
        let codes = errors.compactMap { (($0["errors"] as? [[String: Any]])?.first)?["code"] as? String }
        #expect(
            codes.sorted() == [
                "ANY_OF_MISSING", "CONFLICT_EMAIL", "DUPLICATED_USER", "DUPLICATED_USER", "FORMAT", "FORMAT", "FORMAT",
                "INVALID_TYPE", "MAX_LENGTH", "NOT_PASSED", "OBJECT_REQUIRED",
            ]
        )
        #expect(errors.contains { ($0["user"] as? [String: String])?["colour"] == "red" })
        let user = try get("auth0%7Cn1")
        #expect(user["picture"] as? String == Self.picture && user["email_verified"] as? Bool == true)
        #expect(try get("auth0%7Cu1")["picture"] as? String != Self.picture)

        // With upsert, known users are changed, and their metadata is replaced as a whole.
        let second =
            #"[{"email":"new@example.com","user_metadata":{"c":2}},{"email":"jo.doe@example.com","picture":"\#(Self.picture)"}]"#
        let again = try #require(try importUsers(second, ["upsert": "true"]).object["id"] as? String)
        #expect(try (send(.get, "/api/v2/jobs/\(again)").object["summary"] as? [String: Int])?["updated"] == 2)
        #expect(try send(.get, "/api/v2/jobs/\(again)/errors").status == .noContent)
        #expect(try get("auth0%7Cn1")["user_metadata"] as? [String: Int] == ["c": 2])
        #expect(try get("auth0%7Cn1")["app_metadata"] as? [String: Int] == ["a": 1])
        #expect(try get("auth0%7Cu1")["picture"] as? String == Self.picture)

        // A job that names a user is deleted with the user.
        _ = try send(.delete, "/users/auth0%7Cu1")
        #expect(try error(send(.get, "/api/v2/jobs/\(id)")) == (404, "inexistent_job"))
        #expect(try send(.get, "/api/v2/jobs/\(again)").status == .ok)
    }

    private func importUsers(_ file: String, _ fields: [String: String] = [:], as principal: HTTPFields? = nil) throws
        -> Response
    {
        let all = ["connection_id": "con_x"].merging(fields) { $1 }
        let form = TestForm.body(
            [("users", "upload", Array(file.utf8))] + all.map { ($0.key, nil, Array($0.value.utf8)) }
        )
        let principal = principal ?? admin
        return try app.send(
            .post,
            "/api/v2/jobs/users-imports",
            principal.with(.contentType, TestForm.contentType),
            body: form
        )
    }

    // Invalid JSON, the beginning of a gzip file, and arrays that are nested 100,000 deep.
    @Test(arguments: ["{", "\u{1F}\u{8B}\u{8}\0", String(repeating: "[", count: 100_000)])
    func `A9 a file that is not a list of users fails as a whole or is refused`(_ file: String) throws {
        let id = try #require(try importUsers(file).object["id"] as? String)
        for path in ["/api/v2/jobs/\(id)", "/api/v2/jobs/\(id)/errors"] {
            let failed = try send(.get, path).object
            #expect(failed["status"] as? String == "failed")
            #expect(failed["status_details"] as? String == "Failed to parse users file JSON when importing users.")
        }
        #expect(try error(importUsers(String(repeating: " ", count: 512_001))) == (413, "payload_too_large"))
        #expect(try error(importUsers("[]", ["connection_id": ""])) == (400, "invalid_body"))
        #expect(try error(importUsers("[]", ["upsert": "yes"])) == (400, "invalid_body"))
        #expect(try error(importUsers("[]", as: .user("auth0|u1"))) == (403, "insufficient_scope"))
        #expect(try importUsers("[]").status == .accepted)
    }

    @Test func `A9 a job is kept for a day`() throws {
        let job = BulkJob(createdAt: .now.addingTimeInterval(-90_000), parameters: [:])
        try app.services.bulk.keep(job)
        #expect(try app.services.bulk.job(job.id) == nil)
        #expect(try app.services.bulk.job(job.id, now: .now.addingTimeInterval(-10_000)) == job)
    }

    @Test func `A10 metadata can hold a picture of any user, and the root stays`() throws {
        for user in ["auth0%7Cu1", "google-oauth2%7Cg1"] {
            let root = try get(user)["picture"] as? String
            _ = try patch(user, #"{"user_metadata":{"team":{"a":1,"b":2},"old":1},"app_metadata":{"x":1}}"#)
            let changed = try patch(
                user,
                #"{"user_metadata":{"picture":"\#(Self.picture)","team":{"c":3},"old":null}}"#
            )
            #expect(changed.status == .ok)
            let metadata = try #require(try changed.object["user_metadata"] as? [String: Any])
            #expect(metadata["picture"] as? String == Self.picture)
            // Metadata is merged only on the first level.
            #expect(metadata["team"] as? [String: Int] == ["c": 3])
            #expect(metadata["old"] == nil)
            #expect(try get(user)["picture"] as? String == root)
            #expect(try get(user)["app_metadata"] as? [String: Int] == ["x": 1])
        }
    }

    @Test func `A11 the sample request works byte for byte`() throws {
        let body = #"{"user_metadata": {"picture": "https://example.com/some-image.png"}}"#
        let fields = admin.with(.contentType, "application/json")
        let answer = try app.send(.patch, "/api/v2/users/auth0%7Cu1", fields, body: Array(body.utf8))
        #expect(answer.status == .ok)
        #expect(answer.headerFields[.contentType] == "application/json; charset=utf-8")
        #expect(try answer.object["updated_at"] is String)
    }

    @Test func `A13 with the rule on, the picture in metadata is the claim`() async throws {
        let app = try await Self.application(["PORTRAITD_CLAIM_PICTURE_FROM_METADATA": "on"])
        let patch = #"{"user_metadata":{"picture":"\#(Self.picture)"}}"#
        _ = try send(.patch, "\(Self.users)/auth0%7Cu1", patch, to: app)
        #expect(try claim(of: "auth0|u1", in: app) == Self.picture)
    }

    @Test(arguments: ["{}", #"{"picture":""}"#, #"{"picture":7}"#])
    func `A14 without a picture in metadata the claim stays`(_ metadata: String) async throws {
        let app = try await Self.application(["PORTRAITD_CLAIM_PICTURE_FROM_METADATA": "on"])
        _ = try send(.patch, "\(Self.users)/auth0%7Cu1", "{\"user_metadata\":\(metadata)}", to: app)
        #expect(try claim(of: "auth0|u1", in: app)?.contains("/avatar/") == true)
    }

    @Test func `A15 a rule in test mode has an effect only in the preview`() async throws {
        let app = try await Self.application(["PORTRAITD_CLAIM_PICTURE_FROM_METADATA": "test"])
        let patch = #"{"user_metadata":{"picture":"\#(Self.picture)"}}"#
        let changed = try send(.patch, "\(Self.users)/auth0%7Cu1", patch, to: app)
        let preview = try send(.get, "/userinfo/preview?user_id=auth0%7Cu1", to: app).object
        #expect(preview["picture"] as? String == Self.picture)
        #expect(try claim(of: "auth0|u1", in: app) != Self.picture)
        let after = try send(.get, "\(Self.users)/auth0%7Cu1", to: app).object
        #expect(after["updated_at"] as? String == (try changed.object["updated_at"] as? String))
        #expect(try app.send(.get, "/userinfo/preview?user_id=auth0%7Cu1", .user("auth0|u1")).status == .forbidden)
        #expect(try send(.get, "/userinfo/preview", to: app).status == .badRequest)
    }

    @Test func `A16 a disabled rule has no effect, also in the preview`() async throws {
        let app = try await Self.application(
            ["PORTRAITD_DEFAULT_PICTURE": "https://example.com/d.png", "PORTRAITD_DEFAULT_PICTURE_STATE": "off"]
        )
        _ = try send(.patch, "\(Self.users)/auth0%7Cu1", #"{"user_metadata":{"picture":"\#(Self.picture)"}}"#, to: app)
        let picture = try claim(of: "auth0|u1", in: app)
        #expect(picture?.contains("/avatar/") == true)
        let preview = try send(.get, "/userinfo/preview?user_id=auth0%7Cu1", to: app).object
        #expect(preview["picture"] as? String == picture)
    }

    @Test func `A17 a default picture is shown for every user`() async throws {
        let picture = "https://example.com/default.png"
        let app = try await Self.application(["PORTRAITD_DEFAULT_PICTURE": picture])
        _ = try app.send(.put, "/me/profileimage", .user("auth0|u1"), body: TestPicture.gif())
        for user in ["auth0|u1", "google-oauth2|g1", "somebody new"] {
            #expect(try claim(of: user, in: app) == picture)
        }
        await #expect(throws: SettingsFaults.self) {
            _ = try await Self.application(["PORTRAITD_DEFAULT_PICTURE": "/default.png"])
        }
    }

    @Test func `A18 a user's own picture overrides the provider's in the claim, not at the root`() async throws {
        let app = try await Self.application([
            "PORTRAITD_CLAIM_PICTURE_FROM_METADATA": "on", "PORTRAITD_DEFAULT_PICTURE": "https://example.com/d.png",
        ])
        let identity = #"{"pictureUrl":"https://provider.example/a.png"}"#
        _ = try send(.put, "/users/google-oauth2%7Cg1/identities/google-oauth2", identity, to: app)
        _ = try send(
            .patch,
            "\(Self.users)/google-oauth2%7Cg1",
            #"{"user_metadata":{"picture":"\#(Self.picture)"}}"#,
            to: app
        )
        #expect(try claim(of: "google-oauth2|g1", in: app) == Self.picture)
        let user = try send(.get, "\(Self.users)/google-oauth2%7Cg1", to: app).object
        #expect(user["picture"] as? String == "https://provider.example/a.png")
    }

    @Test func `A19 metadata that is too large is refused, and pictures in it are URLs`() throws {
        let large = #"{"user_metadata":{"a":"\#(String(repeating: "x", count: 17_000))"}}"#
        #expect(try error(patch("auth0%7Cu1", large)) == (400, "invalid_body"))
        #expect(try error(patch("auth0%7Cu1", #"{"picture":"data:image/png;base64,AA"}"#)) == (400, "invalid_body"))
        #expect(
            try error(patch("auth0%7Cu1", #"{"user_metadata":{"a":"\#(String(repeating: "x", count: 70_000))"}}"#))
                .status == 413
        )
    }

    @Test(arguments: [
        "{}", "[", #"{"user_metadata":7}"#, #"{"user_metadata":{"a.b":1}}"#, #"{"app_metadata":{"$a":1}}"#,
        #"{"colour":"red"}"#, #"{"password":"x"}"#, #"{"blocked":true}"#, #"{"verify_email":true}"#, #"{"email":"x"}"#,
        #"{"email_verified":"yes"}"#, #"{"name":"a\u0000"}"#,
    ])
    func `an invalid change is refused and changes nothing`(_ body: String) throws {
        let before = try get("auth0%7Cu1")["updated_at"] as? String
        #expect(try error(patch("auth0%7Cu1", body)) == (400, "invalid_body"))
        #expect(try get("auth0%7Cu1")["updated_at"] as? String == before)
    }

    @Test func `scopes limit the methods, the attributes and the users`() throws {
        let own = HTTPFields.user("auth0|u1", scope: "read:current_user update:current_user_metadata")
        let metadata = #"{"user_metadata":{"a":1}}"#
        let user = "\(Self.users)/auth0%7Cu1"
        _ = try patch("auth0%7Cu1", #"{"app_metadata":{"secret":1}}"#)
        #expect(try send(.get, user, as: own).object["app_metadata"] == nil)
        #expect(try patch("auth0%7Cu1", metadata, as: own).object["app_metadata"] == nil)
        for (body, fields) in [
            (#"{"name":"x"}"#, own), (#"{"app_metadata":{"a":1}}"#, own),
            (metadata, HTTPFields.user("x", scope: "read:users")),
        ] { #expect(try error(patch("auth0%7Cu1", body, as: fields)) == (403, "insufficient_scope")) }
        #expect(try error(patch("email%7Ce1", metadata, as: own)) == (403, "insufficient_scope"))
        #expect(try error(send(.get, "\(Self.users)/email%7Ce1", as: own)) == (403, "insufficient_scope"))
        let reader = HTTPFields.user("machine", scope: "read:users")
        #expect(try send(.get, user, as: reader).object["app_metadata"] != nil)
        let keeper = HTTPFields.user("machine", scope: "update:users_app_metadata")
        #expect(try patch("auth0%7Cu1", #"{"app_metadata":{"a":1}}"#, as: keeper).status == .ok)
        #expect(try error(patch("auth0%7Cu1", #"{"name":"x"}"#, as: keeper)).status == 403)
        let refused = try patch("auth0%7Cu1", #"{"name":"x"}"#, as: reader).object["message"] as? String
        #expect(refused == "Insufficient scope, expected any of: update:users")
        #expect(try error(app.send(.get, user)).status == 401)
        #expect(try error(send(.get, "\(Self.users)/nobody")) == (404, "inexistent_user"))
        #expect(try error(patch("nobody", #"{"name":"x"}"#)) == (404, "inexistent_user"))
        #expect(try error(send(.get, "/api/v2/clients")).status == 404)
        #expect(try error(send(.delete, user)).status == 405)
    }

    @Test func `an application gets a token for its key, valid until the key is revoked`() throws {
        let key = APIKeyToken.random()
        try app.metadata.write { try $0.addAPIKey(key.stored(name: "", scopes: [.read], createdAt: .now), by: .test) }
        func token(_ body: String, _ type: String = "application/x-www-form-urlencoded") throws -> Response {
            try app.send(.post, "/oauth/token", [.contentType: type], body: Array(body.utf8))
        }
        let form =
            "grant_type=client_credentials&client_id=\(key.id)&client_secret=\(key.rawValue)&audience=https%3A%2F%2Fx"
        let json = #"{"grant_type":"client_credentials","client_id":"\#(key.id)","client_secret":"\#(key.rawValue)"}"#
        for answer in [try token(form), try token(json, "application/json")] {
            #expect(answer.status == .ok)
            #expect(try answer.object["token_type"] as? String == "Bearer")
            #expect(try answer.object["expires_in"] as? Int == 86_400)
            #expect(try answer.object["scope"] as? String == "read:users")
            let fields = HTTPFields.bearer(try #require(try answer.object["access_token"] as? String))
            #expect(try send(.get, "\(Self.users)/auth0%7Cu1", as: fields).status == .ok)
            #expect(try error(patch("auth0%7Cu1", #"{"name":"x"}"#, as: fields)) == (403, "insufficient_scope"))
        }
        let good = try #require(try token(form).object["access_token"] as? String)
        for (body, status, code) in [
            (form.replacing("client_credentials", with: "password"), 403, "unsupported_grant_type"),
            (form.replacing(key.id + "&", with: "nobody&"), 401, "access_denied"), ("x", 403, "unsupported_grant_type"),
            (form.replacing("&audience", with: "x&audience"), 401, "access_denied"),
        ] {
            let refused = try token(body)
            #expect(refused.status.code == status, "\(body)")
            #expect(try refused.object["error"] as? String == code)
        }
        #expect(try token("{", "application/json").object["error"] as? String == "invalid_request")
        for forged in [good + "x", String(good.dropLast()), "portraitd-access_e30.e30", "portraitd-access_"] {
            #expect(try error(send(.get, "\(Self.users)/auth0%7Cu1", as: .bearer(forged))).status == 401)
        }
        #expect(try app.metadata.write { try $0.revokeAPIKey(id: key.id, by: .test, at: .now) })
        #expect(try error(send(.get, "\(Self.users)/auth0%7Cu1", as: .bearer(good))).status == 401)
        let secrets = try app.services.uploads.secrets()
        let old = try AccessToken(keyID: "k", secret: secrets[0], now: .now.addingTimeInterval(-86_401))
        #expect(old.keyID(secrets: secrets) == nil)
        #expect(old.keyID(secrets: secrets, now: .now.addingTimeInterval(-10)) == "k")
    }
}
