import Foundation
import HTTPTypes
import ProfileImages
@testable import Server
import Storage
import Testing

@Suite struct AuthgearUploadTests {
    private let client: AuthgearClient

    init() async throws {
        client = try await AuthgearClient()
        try client.makeUser("ann")
    }

    private func send(_ target: String, host: String = "images.test") throws -> Response {
        try client.app.send(
            .post,
            target,
            [.contentType: TestForm.contentType],
            body: TestForm.body([("file", "a.gif", TestPicture.gif())]),
            host: host
        )
    }

    private func reason(_ answer: Response) throws -> String? {
        (try answer.object["error"] as? [String: Any])?["reason"] as? String
    }

    @Test(arguments: [
        ("x-authgear-date=", "x-authgear-date=x", "InvalidSignatureQueryParam"),
        ("x-authgear-expires=900", "x-authgear-expires=x", "InvalidSignatureQueryParam"),
        ("x-authgear-expires=900", "x-authgear-expires=901", "InvalidSignature"),
        ("x-authgear-signature=", "x-authgear-signature=0", "InvalidSignatureQueryParam"),
        ("x-authgear-signature=", "x-authgear-signature=00", "InvalidSignature"),
        ("HMAC-SHA256", "none", "InvalidSignatureQueryParam"),
        ("headers=host", "headers=x", "InvalidSignatureQueryParam"),
        ("eyJ1", "eyJ0", "InvalidSignature"), ("/myapp/", "/other/", "InvalidSignature"),
        ("?", "?more=1&", "InvalidSignature"),
    ])
    func `a changed URL takes no picture`(_ part: String, _ other: String, _ reason: String) throws {
        let answer = try send(try client.uploadTarget().replacing(part, with: other))
        #expect(answer.status == .badRequest)
        #expect(try self.reason(answer) == reason)
        #expect(client.app.publicFiles == [])
    }

    /// The expected value was computed with Python's hmac and hashlib.
    @Test func `a signature is HMAC-SHA256 over the method, the path, the query and the host`() throws {
        let target = try AuthgearUploadURL.target(
            of: "/_images/myapp/00112233-4455-4677-8899-aabbccddeeff",
            host: "images.test:8443",
            uploader: nil,
            lifetime: 900,
            secret: Array("a secret of the tests, 32 bytes or more".utf8),
            now: Date("2026-11-21T05:38:24Z", strategy: .iso8601)
        )
        #expect(
            target == "/_images/myapp/00112233-4455-4677-8899-aabbccddeeff?x-authgear-algorithm=HMAC-SHA256"
                + "&x-authgear-date=2026-11-21T05%3A38%3A24Z&x-authgear-expires=900"
                + "&x-authgear-metadata=eyJ1cGxvYWRlZF9ieSI6ImFkbWluX2FwaSJ9"
                + "&x-authgear-signature=194c177d3c46b8efffc19c89ebef96fc943b71637f6d654e16b4170f992e858a"
                + "&x-authgear-signedheaders=host"
        )
    }

    @Test func `a URL of another host or for another picture takes no picture`() throws {
        let target = try client.uploadTarget()
        #expect(try reason(send(target, host: "other.test")) == "InvalidSignature")
        #expect(try send(target, host: "IMAGES.test").status == .ok)
        let (path, other) = (target.prefix { $0 != "?" }, try client.uploadTarget())
        #expect(try reason(send(String(path + other.drop { $0 != "?" }))) == "InvalidSignature")
        #expect(try reason(client.app.send(.post, String(path))) == "InvalidSignatureQueryParam")
    }

    @Test func `staged images are counted as uploads`() throws {
        #expect(try send(client.uploadTarget()).status == .ok)
        let metrics = try client.app.send(.get, "/metrics")
        let text = String(decoding: metrics.body, as: UTF8.self)
        #expect(text.contains("portraitd_uploads_total{outcome=\"stored\",reason=\"\"} 1\n"))
    }

    @Test func `an expired URL takes no picture`() throws {
        let path = "/_images/myapp/\(MediaID.randomUUID().uuid)"
        for (age, isOver) in [(899.0, false), (901.0, true)] {
            let target = try AuthgearUploadURL.target(
                of: path,
                host: "images.test",
                uploader: nil,
                lifetime: 900,
                secret: client.app.services.uploads.secrets()[0],
                now: .now.addingTimeInterval(-age)
            )
            let answer = try send(target)
            #expect((answer.status == .ok) == !isOver)
            if isOver { #expect(try reason(answer) == "ExpiredSignature") }
        }
    }

    @Test func `users upload for themselves, and their erasure removes their staged images`() throws {
        let answer = try client.app.send(.post, "/api/images/upload", .user("ann"))
        let url = try #require((try answer.object["result"] as? [String: String])?["upload_url"])
        let target = String(url.dropFirst("https://images.test".count))
        #expect(try send(target).status == .ok)
        #expect(client.app.publicFiles.count == 1)
        let later = try client.app.send(.post, "/api/images/upload", .user("ann"))
        #expect(try client.app.send(.delete, "/me", .user("ann")).status == .ok)
        #expect(client.app.publicFiles == [])
        // An earlier URL is refused, because its user is unknown now.
        let old = try #require((try later.object["result"] as? [String: String])?["upload_url"])
        #expect(try send(String(old.dropFirst("https://images.test".count))).status == .badRequest)
        #expect(client.app.publicFiles == [])
        for fields in [[:], HTTPFields.user("ann", scope: "profile:read")] {
            let answer = try client.app.send(.post, "/api/images/upload", fields)
            #expect(answer.status.code == (fields.isEmpty ? 401 : 403))
            #expect(try reason(answer) == (fields.isEmpty ? "Unauthorized" : "Forbidden"))
        }
    }

    @Test(arguments: ["profile", "original"])
    func `a picture is public under its name`(_ option: String) throws {
        let path = AuthgearClient.path(try client.upload(), option)
        let answer = try client.app.send(.get, path, [.origin: "https://shop.test"])
        #expect(answer.headerFields[.accessControlAllowOrigin] == "https://shop.test")
        let tag = try #require(answer.headerFields[.eTag])
        #expect(try client.app.send(.get, path, [.ifNoneMatch: tag]).status == .notModified)
        let head = try client.app.send(.head, path)
        #expect(head.status == .ok && head.body.isEmpty)
        #expect(head.headerFields[.contentLength] == String(answer.body.count))
        #expect(try client.app.send(.options, path, [.origin: "https://shop.test"]).status == .noContent)
        // The picture is rendered once: the second answer is the same file.
        #expect(try client.app.send(.get, path).body == answer.body)
    }

    @Test(arguments: ["/other", "", "/profile/x", "/PROFILE"])
    func `any other path is an error without a body`(_ end: String) throws {
        let name = String(AuthgearClient.path(try client.upload(), "").dropLast())
        let answer = try client.app.send(.get, name + end)
        #expect([404, 405].contains(answer.status.code))
        #expect(answer.body.isEmpty)
        let unknown = try client.app.send(.get, "/_images/myapp/8b1b0a2e-0000-4000-8000-000000000000/profile")
        #expect(unknown.status == .notFound && unknown.body.isEmpty)
        let elsewhere = try client.app.send(.get, name.replacing("/myapp/", with: "/other/") + "/profile")
        #expect(elsewhere.status == .notFound && elsewhere.body.isEmpty)
    }

    @Test func `pages of other origins may upload to a URL`() throws {
        let target = try client.uploadTarget()
        let answer = try client.app.send(
            .options,
            target,
            [.origin: "https://shop.test", .accessControlRequestMethod: "POST"]
        )
        #expect(answer.status == .noContent)
        #expect(answer.headerFields[.accessControlAllowMethods]?.contains("POST") ?? false)
    }

    @Test func `without the setting all of the dialect's paths are 404`() async throws {
        let app = try await TestApplication()
        for path in ["/_api/admin/graphql", "/_images/portraitd/x/profile", "/oauth2/userinfo"] {
            #expect(try app.send(.get, path).status == .notFound)
        }
    }
}
