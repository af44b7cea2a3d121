import Bytes
import Foundation
import HTTPTypes
import Imaging
import ProfileImages
@testable import Server
import Storage
import TestSupport
import Testing

@Suite struct ClerkTests {
    private let app: TestApplication
    private let key: HTTPFields

    init() async throws {
        (app, key) = try await Self.application()
        let body = """
            {"email":"test@example.com","emailVerified":true,"givenName":"Test","familyName":"Clerk","userName":"tc",
             "claims":{"phone_number":"+43 1"},"metadata":{"a":1},"publicMetadata":{"b":1},"privateMetadata":{"c":1}}
            """
        _ = try app.send(.put, "/users/user_123", .user("root", scope: "admin"), body: Array(body.utf8))
    }

    private static func application(_ settings: [String: String] = [:]) async throws -> (TestApplication, HTTPFields) {
        let app = try await TestApplication(settings.merging(["PORTRAITD_DIALECTS": "clerk"]) { $1 })
        let token = APIKeyToken.random(prefix: "sk_live_")
        try app.metadata.write {
            try $0.addAPIKey(token.stored(name: "", scopes: [.admin], createdAt: .now), by: .test)
        }
        return (app, .bearer(token.rawValue))
    }

    private func upload(
        _ content: [UInt8],
        as user: String = "user_123",
        field: String = "file",
        filename: String? = "profile-pic.png"
    ) throws -> Response {
        try app.send(
            .post,
            "/v1/users/\(user)/profile_image",
            key.with(.contentType, TestForm.contentType),
            body: TestForm.body([(field, filename, content)])
        )
    }

    private func send(_ method: HTTPRequest.Method, _ target: String, _ fields: HTTPFields? = nil, _ json: String = "")
        throws -> Response
    {
        let fields = (fields ?? key).with(.contentType, "application/json")
        return try app.send(method, target, fields, body: Array(json.utf8))
    }

    /// Fetches the picture at one of portraitd's URLs, with a query.
    private func picture(_ url: String, _ query: String = "") throws -> Response {
        try app.send(.get, try #require(URL(string: url)).path() + query)
    }

    private func imageURL() throws -> String {
        try #require(try send(.get, "/v1/users/user_123").object["image_url"] as? String)
    }

    private func error(_ response: Response) throws -> (status: Int, code: String?, message: String?) {
        #expect(response.headerFields[.contentType] == "application/json")
        let error = try #require((try response.object["errors"] as? [[String: Any]])?.first)
        #expect(error["long_message"] is String)
        return (response.status.code, error["code"] as? String, error["message"] as? String)
    }

    @Test func `C1 image_url leads to the last uploaded picture`() throws {
        var pictures: [[UInt8]] = []
        for red in [UInt8(255), 0] {
            let url = try #require(try upload(TestPicture.gif(red: red)).object["image_url"] as? String)
            let answer = try picture(url)
            #expect(answer.status == .ok)
            #expect(answer.headerFields[.contentType] == "image/jpeg")
            #expect(answer.headerFields[.cacheControl] == "public, max-age=240")
            pictures.append(answer.body)
        }
        #expect(pictures[0] != pictures[1])
    }

    @Test func `C2 a form's file becomes the picture, and the answer is the user`() throws {
        let response = try upload(TestPicture.gif())
        #expect(response.status == .ok)
        // Clerk's JavaScript library compares the whole type.
        #expect(response.headerFields[.contentType] == "application/json")
        let user = try response.object
        #expect(user["object"] as? String == "user")
        #expect(user["id"] as? String == "user_123")
        #expect(user["has_image"] as? Bool == true)
    }

    @Test func `C3 too many requests of a key are refused with Retry-After`() async throws {
        let (app, key) = try await Self.application(["PORTRAITD_CLERK_RATE_LIMIT": "2"])
        for _ in 1...2 { #expect(try app.send(.get, "/v1/users", key).status == .ok) }
        let refused = try app.send(.get, "/v1/users", key)
        #expect(refused.status == .tooManyRequests)
        let seconds = try #require(refused.headerFields[.retryAfter].flatMap { Int($0) })
        #expect((1...11).contains(seconds))
        #expect(try error(refused).code == "too_many_requests")
        let other = APIKeyToken.random(prefix: "sk_live_")
        try app.metadata.write {
            try $0.addAPIKey(other.stored(name: "", scopes: [.admin], createdAt: .now), by: .test)
        }
        #expect(try app.send(.get, "/v1/users", .bearer(other.rawValue)).status == .ok)
    }

    @Test func `C3 an expired window does not count`() throws {
        let limiter = try #require(RateLimiter(limit: 1, window: .seconds(10)))
        #expect(RateLimiter(limit: 0, window: .seconds(10)) == nil)
        let now = ContinuousClock.now
        try limiter.count("a", now: now)
        #expect(throws: Problem.self) { try limiter.count("a", now: now) }
        try limiter.count("b", now: now)
        try limiter.count("a", now: now + .seconds(21))
    }

    @Test func `C4 users set and delete their own picture by the Frontend API`() throws {
        let user = HTTPFields.user("user_123")
        let base64 = Data(TestPicture.gif()).base64EncodedString()
        let octets = user.with(.contentType, "application/octet-stream")
        let bodies: [(HTTPFields, [UInt8])] = [
            (user.with(.contentType, TestForm.contentType), TestForm.body([("file", "a.png", TestPicture.gif())])),
            (octets, Array(base64.utf8)), (octets, Array("data:image/gif;base64,\(base64)".utf8)),
            (octets, Array("data:image/gif;base64,\(base64.prefix(20))\r\n\(base64.dropFirst(20))\n".utf8)),
            (octets, TestPicture.gif()),
        ]
        for (fields, body) in bodies {
            let answer = try app.send(.post, "/v1/me/profile_image?_clerk_js_version=5", fields, body: body)
            #expect(answer.status == .ok)
            let image = try #require(try answer.object["response"] as? [String: Any])
            #expect(try answer.object["client"] is NSNull)
            #expect(image["object"] as? String == "image")
            #expect((image["id"] as? String)?.hasPrefix("img_") == true)
            #expect(try image["public_url"] as? String == imageURL())
        }
        for (method, query) in [(HTTPRequest.Method.post, "?_method=DELETE"), (.delete, "")] {
            let answer = try app.send(method, "/v1/me/profile_image\(query)", user)
            #expect((try answer.object["response"] as? [String: Any])?["deleted"] as? Bool == true)
            #expect(try send(.get, "/v1/users/user_123").object["has_image"] as? Bool == false)
            #expect(
                try error(app.send(method, "/v1/me/profile_image\(query)", user)) == (
                    404, "image_not_found", "Image not found"
                )
            )
            _ = try upload(TestPicture.gif())
        }
    }

    /// The text begins with a complete picture, but must be Base64 to its end.
    @Test(arguments: ["!", "-_-_", "=", "A", "AAA=AAAA"])
    func `C4 a text that is not Base64 to its end is refused`(_ end: String) throws {
        let pieces = TestPicture.gif() + [UInt8](repeating: 0, count: 99_999 - TestPicture.gif().count)
        let text = Data(pieces).base64EncodedString() + end
        let octets = HTTPFields.user("user_123").with(.contentType, "application/octet-stream")
        for text in [text, "data:image/gif;base64,\(text)"] {
            let answer = try app.send(.post, "/v1/me/profile_image", octets, body: Array(text.utf8))
            #expect(try error(answer) == (400, "request_body_invalid", "Request body invalid"))
        }
        #expect(try send(.get, "/v1/users/user_123").object["has_image"] as? Bool == false)
    }

    @Test func `C4 a cookie authenticates the user only on pages of listed origins`() async throws {
        let (app, _) = try await Self.application(["PORTRAITD_CORS_ORIGINS": "https://app.example.com"])
        let token = TestToken.hs256(TestToken.claims(sub: "alice"))
        let form = HTTPFields([HTTPField(name: .contentType, value: TestForm.contentType)])
            .with(.cookie, "a=b; __client=\(token)")
        let body = TestForm.body([("file", "a.png", TestPicture.gif())])
        for (origin, status) in [
            ("https://app.example.com", 200), ("https://images.test", 200), ("https://evil.example", 401), (nil, 401),
        ] as [(String?, Int)] {
            let fields = origin.map { form.with(.origin, $0) } ?? form
            let answer = try app.send(.post, "/v1/me/profile_image", fields, body: body)
            #expect(answer.status.code == status, "\(origin ?? "none")")
            let isListed = origin == "https://app.example.com"
            #expect((answer.headerFields[.accessControlAllowCredentials] == "true") == isListed)
        }
        #expect(try app.send(.post, "/v1/me/profile_image", [:]).status == .unauthorized)
    }

    @Test func `C5 the content decides, not the file's name or type`() throws {
        #expect(try upload(TestPicture.gif(), filename: "profile-pic.png").status == .ok)
        #expect(try upload(TestPicture.gif(), filename: "x.exe").status == .ok)
        // The bytes of Clerk's own example.
        let fake = try error(upload(Array("profile-pic".utf8)))
        #expect(fake == (400, "request_body_invalid", "Image decode error"))
        #expect(try error(upload(Array(TestPicture.gif().dropLast(4)))).code == "request_body_invalid")
        #expect(try error(upload(Array("II*\0".utf8) + [8, 0, 0, 0])).status == 400)
        #expect(try error(upload(TestPicture.bomb)) == (413, "image_too_large", "Image too large"))
        let large = TestPicture.gif() + [UInt8](repeating: 0, count: 10_500_000)
        #expect(try error(upload(large)) == (413, "image_too_large", "Image too large"))
        #expect(try error(upload([])) == (400, "form_param_missing", "Image file missing"))
        #expect(try error(upload(TestPicture.gif(), field: "picture")).code == "form_param_missing")
        let path = "/v1/users/user_123/profile_image"
        #expect(try error(app.send(.post, path, key)).code == "form_param_missing")
        let json = try error(send(.post, path, nil, "{}"))
        #expect(json == (415, "unsupported_content_type", "Content-Type is unsupported"))
        #expect(try send(.get, "/v1/users/user_123").object["has_image"] as? Bool == true)
    }

    @Test func `C6 the user has all documented members, and a picture changes updated_at`() throws {
        let before = try send(.get, "/v1/users/user_123").object
        for name in [
            "password_enabled", "totp_enabled", "backup_code_enabled", "two_factor_enabled", "banned", "locked",
        ] { #expect(before[name] as? Bool == false, "\(name)") }
        let created = try #require(before["created_at"] as? Int)
        #expect(abs(Double(created) / 1000 - Date.now.timeIntervalSince1970) < 60)
        // `updated_at` counts whole milliseconds.
        let changed = try #require(before["updated_at"] as? Int)
        #expect(waitUntil { Int(Date.now.timeIntervalSince1970 * 1000) > changed })
        let after = try upload(TestPicture.gif()).object
        #expect(after["created_at"] as? Int == created)
        #expect(try #require(after["updated_at"] as? Int) > changed)
    }

    @Test func `C7 image_url is Base64 at the root and tells if the picture is drawn`() throws {
        func content(_ url: String) throws -> [String: String] {
            #expect(url.hasPrefix("https://images.test/eyJ") && !url.contains("?"))
            let text = String(url.dropFirst("https://images.test/".count))
            #expect(text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
            let padded = text + String(repeating: "=", count: (4 - text.count % 4) % 4)
            let json = try #require(Data(base64Encoded: padded))
            return try #require(try JSONSerialization.jsonObject(with: json) as? [String: String])
        }
        let drawn = try content(imageURL())
        #expect(drawn["type"] == "default")
        #expect(drawn["initials"] == "TC")
        #expect(try send(.get, "/v1/users/user_123").object["has_image"] as? Bool == false)
        let response = try upload(TestPicture.gif()).object
        let url = try #require(response["image_url"] as? String)
        #expect(response["profile_image_url"] as? String == url)
        #expect(try content(url)["type"] == "proxy")
        let first = try imageURL()
        _ = try upload(TestPicture.gif())
        #expect(try imageURL() != first)
        #expect(try send(.delete, "/v1/users/user_123/profile_image").object["has_image"] as? Bool == false)
        #expect(try content(imageURL()) == drawn)
        #expect(try picture(first).status == .notFound)
    }

    @Test func `C7 a picture has the requested size and is never enlarged`() throws {
        let drawn = try imageURL()
        _ = try upload(TestPicture.gif())
        for url in [drawn, try imageURL()] {
            for (query, width, height) in [
                ("", 512, 512), ("?width=160", 160, 160), ("?width=100&height=50", 50, 50),
                ("?width=9999", 512, 512), ("?width=100&height=50&fit=crop&quality=100", 100, 50),
                ("?width=50&height=100&fit=crop", 50, 100), ("?width=0&height=x&fit=y&quality=1000", 512, 512),
                ("?width=64&fit=crop", 64, 64), ("?width=9999&height=100&fit=crop", 512, 100),
            ] {
                let answer = try picture(url, query)
                #expect(answer.status == .ok)
                let header = try ImageHeader.read(answer.body)
                #expect((header.width, header.height) == (width, height), "\(query)")
            }
            let tag = try #require(try picture(url, "?width=64").headerFields[.eTag])
            #expect(try picture(url, "?width=65").headerFields[.eTag] != tag)
            let path = try #require(URL(string: url)).path()
            #expect(try app.send(.get, "\(path)?width=64", [.ifNoneMatch: tag]).status == .notModified)
        }
        let sizes = try [1, 100].map { try picture(imageURL(), "?quality=\($0)").body.count }
        #expect(sizes[0] < sizes[1])
    }

    @Test(arguments: [
        #"{"type":"proxy","src":"https://evil.example/a.png"}"#,
        #"{"type":"proxy","src":"https://images.test/images/00000000000000000000000000000000/512.jpg"}"#,
        #"{"type":"proxy","src":"file:///etc/passwd"}"#, #"{"type":"proxy"}"#, #"{"type":"x"}"#, #"{"type":1}"#,
        #"{"type":"default","initials":7}"#,
    ])
    func `C7 a URL of another host is not fetched, and any other value is 404`(_ json: String) throws {
        let blob = Data(json.utf8).base64EncodedString()
        #expect(try error(app.send(.get, "/\(blob)")).status == 404)
        #expect(try app.send(.get, "/eyJ\(String(repeating: "a", count: 5000))").status == .notFound)
    }

    @Test func `C8 the members that may be null are present`() throws {
        let user = try send(.get, "/v1/users/user_123").object
        for name in ["primary_web3_wallet_id", "last_sign_in_at", "external_id", "mfa_enabled_at", "legal_accepted_at"]
        {
            #expect(user[name] is NSNull, "\(name)")
        }
        #expect(user["username"] as? String == "tc")
        #expect(user["first_name"] as? String == "Test")
        #expect(user["last_name"] as? String == "Clerk")
        #expect(user["unsafe_metadata"] as? [String: Int] == ["a": 1])
        #expect(user["public_metadata"] as? [String: Int] == ["b": 1])
        #expect(user["private_metadata"] as? [String: Int] == ["c": 1])
        let email = try #require((user["email_addresses"] as? [[String: Any]])?.first)
        #expect(user["primary_email_address_id"] as? String == email["id"] as? String)
        let phone = try #require((user["phone_numbers"] as? [[String: Any]])?.first)
        #expect(user["primary_phone_number_id"] as? String == phone["id"] as? String)
    }

    @Test func `C9 the arrays are never null and list addresses and identities`() throws {
        _ = try app.send(
            .put,
            "/users/user_123/identities/google",
            .user("root", scope: "admin"),
            body: Array(#"{"givenName":"T","pictureUrl":"https://example.com/a.png"}"#.utf8)
        )
        let user = try send(.get, "/v1/users/user_123").object
        let email = try #require((user["email_addresses"] as? [[String: Any]])?.first)
        #expect(email["email_address"] as? String == "test@example.com")
        #expect((email["verification"] as? [String: Any])?["status"] as? String == "verified")
        #expect((email["linked_to"] as? [Any])?.count == 0)
        let account = try #require((user["external_accounts"] as? [[String: Any]])?.first)
        #expect(account["provider"] as? String == "oauth_google")
        #expect(account["image_url"] as? String == "https://example.com/a.png")
        #expect(user["last_sign_in_at"] is Int)
        _ = try app.send(.put, "/users/bare", .user("root", scope: "admin"), body: Array("{}".utf8))
        let bare = try send(.get, "/v1/users/bare").object
        for name in [
            "email_addresses", "phone_numbers", "web3_wallets", "passkeys", "external_accounts", "saml_accounts",
            "enterprise_accounts",
        ] { #expect((bare[name] as? [Any])?.count == 0, "\(name)") }
        #expect(bare["create_organization_enabled"] is Bool)
        #expect(bare["last_active_at"] is NSNull)
    }

    @Test func `C10 the call is POST below v1 with a secret key`() throws {
        let user = HTTPFields.user("user_123")
        #expect(
            try error(app.send(.get, "/v1/users/user_123")) == (401, "authentication_invalid", "Invalid authentication")
        )
        let basic = HTTPFields([HTTPField(name: .authorization, value: "Basic eDp5")])
        #expect(try error(app.send(.get, "/v1/users/user_123", basic)).code == "authorization_header_format_invalid")
        for wrong in [user, .bearer("sk_live_00_11"), .bearer("portraitd_00_11")] {
            #expect(try error(app.send(.get, "/v1/users/user_123", wrong)).code == "clerk_key_invalid")
        }
        #expect(try error(upload(TestPicture.gif(), as: "nobody")).code == "resource_not_found")
        #expect(try app.metadata.read { try $0.profileCount(ProfileQuery(limit: 0)) } == 1)
        #expect(try error(send(.put, "/v1/users/user_123/profile_image")).status == 405)
        #expect(try error(send(.get, "/v1/organizations")) == (404, "resource_not_found", "not found"))
        // A secret key does not belong to a user.
        #expect(try error(app.send(.post, "/v1/me/profile_image", key)).status == 401)
        // The dialect is off by default.
        #expect(try app.send(.get, "/me", user).status == .ok)
    }

    @Test func `C11 DELETE removes the picture once`() throws {
        _ = try upload(TestPicture.gif())
        let path = "/v1/users/user_123/profile_image"
        let gone = try send(.delete, path)
        #expect(gone.status == .ok)
        #expect(try gone.object["has_image"] as? Bool == false)
        #expect(app.publicFiles.isEmpty)
        #expect(try error(send(.delete, path)) == (404, "image_not_found", "Image not found"))
        #expect(try error(send(.delete, "/v1/users/nobody/profile_image")).code == "resource_not_found")
    }

    @Test func `a PATCH selects an image and replaces names and metadata`() async throws {
        let (app, key) = try await Self.application(["PORTRAITD_KEEP_REPLACED": "all"])
        let alice = try #require(UserID(rawValue: "alice"))
        func patch(_ json: String) throws -> Response {
            let fields = key.with(.contentType, "application/json")
            return try app.send(.patch, "/v1/users/alice", fields, body: Array(json.utf8))
        }
        for red in [UInt8(1), 2] {
            _ = try app.send(.put, "/me/profileimage", .user("alice"), body: TestPicture.gif(red: red))
        }
        let media = try app.metadata.read { try $0.media(of: alice, after: nil, limit: 9) }
        let old = try #require(media.first { !$0.isActive }).id
        #expect(try patch("{\"profile_image_id\":\"img_\(old.rawValue)\"}").status == .ok)
        #expect(try app.metadata.read { try $0.image(of: alice) }?.id == old)
        #expect(try error(patch(#"{"profile_image_id":"img_0"}"#)).code == "image_not_found")
        _ = try patch(#"{"public_metadata":{"a":1},"first_name":"Ann","username":"ann"}"#)
        let user = try patch(#"{"public_metadata":{"b":2},"first_name":null,"profile_image_id":null}"#).object
        #expect(user["public_metadata"] as? [String: Int] == ["b": 2])
        #expect(user["first_name"] is NSNull)
        #expect(user["username"] as? String == "ann")
        #expect(user["has_image"] as? Bool == false)
        #expect(try patch(#"{"skip_password_checks":false,"password":null}"#).status == .ok)
        let unknown = try patch(#"{"password":"x"}"#)
        #expect(try error(unknown).code == "form_param_unknown")
        #expect(try error(unknown).status == 422)
        #expect(try error(patch(#"{"username":1}"#)).code == "form_param_value_invalid")
        #expect(try error(patch("[")).code == "request_body_invalid")
    }

    @Test func `users are listed newest first, filtered, and counted`() throws {
        for name in ["a", "b", "c"] {
            let body = Array(#"{"email":"\#(name)@example.com","fullName":"Name \#(name)"}"#.utf8)
            _ = try app.send(.put, "/users/\(name)", .user("root", scope: "admin"), body: body)
        }
        func ids(_ query: String) throws -> [String] {
            try send(.get, "/v1/users?\(query)").objects.compactMap { $0["id"] as? String }
        }
        func count(_ query: String) throws -> Int? {
            let answer = try send(.get, "/v1/users/count?\(query)").object
            #expect(answer["object"] as? String == "total_count")
            return answer["total_count"] as? Int
        }
        #expect(try ids("") == ["c", "b", "a", "user_123"])
        #expect(try ids("limit=2&offset=1&order_by=-created_at") == ["b", "a"])
        #expect(try ids("order_by=%2Bcreated_at&limit=1") == ["user_123"])
        #expect(try ids("email_address=a%40example.com&email_address=c%40example.com") == ["c", "a"])
        #expect(try ids("user_id%5B%5D=b&user_id%5B%5D=zoe") == ["b"])
        #expect(try ids("email_address=nonsense").isEmpty)
        #expect(try ids("query=name") == ["c", "b", "a"])
        #expect(try ids("query=%00").isEmpty)
        #expect(try count("") == 4)
        #expect(try count("query=name&limit=1") == 3)
        for query in ["limit=0", "limit=501", "offset=-1", "order_by=username", "phone_number=1"] {
            #expect(try error(send(.get, "/v1/users?\(query)")).status == 422, "\(query)")
        }
    }
}
