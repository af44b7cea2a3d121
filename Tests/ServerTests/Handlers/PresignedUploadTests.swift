import Foundation
import HTTPTypes
import Logging
import ProfileImages
@testable import Server
import Storage
import Testing

@Suite struct PresignedUploadTests {
    private let app: TestApplication
    private let alice = HTTPFields.user("alice")
    private let admin = HTTPFields.user("root", scope: "admin")

    init() async throws {
        app = try await TestApplication(["PORTRAITD_SIDES": "16,32"])
    }

    private func allow(
        _ body: String = "",
        at path: String = "/me/profileimage/uploads",
        on app: TestApplication? = nil
    ) throws -> Response {
        let fields = path.hasPrefix("/users") ? admin : alice
        return try (app ?? self.app).send(.post, path, fields, body: Array(body.utf8))
    }

    /// Requests an upload URL, and returns its path.
    private func path(_ body: String = "", on app: TestApplication? = nil) throws -> String {
        let url = try #require(try allow(body, on: app).object["upload_url"] as? String)
        #expect(url.hasPrefix("https://images.test/uploads/"))
        return String(url.dropFirst("https://images.test".count))
    }

    private func hasImage() throws -> Bool {
        try app.send(.get, "/me/profileimage", alice).status == .ok
    }

    @Test func `the URL sets the image without a credential, once`() throws {
        let before = Date.now
        let answer = try allow()
        let after = Date.now
        #expect(answer.status == .created)
        #expect(try answer.object["maxBytes"] as? Int == 10_485_760)
        #expect(answer.headerFields[.cacheControl] == "no-store")
        let expires = try #require(try answer.object["expires"] as? String)
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        // The expiry time is in whole seconds.
        #expect((before + 899...after + 901).contains(try style.parse(expires)))
        let path = try path()
        let upload = try app.send(.put, path, body: TestPicture.gif())
        #expect(upload.status == .created)
        #expect(try upload.object["userId"] as? String == "alice")
        #expect(try hasImage())
        let again = try app.send(.put, path, body: TestPicture.gif())
        #expect(again.status == .conflict)
        #expect(again.problemCode == "upload-used")
        #expect(app.publicFiles.count == 1)
    }

    @Test func `POST accepts a form, for a user that an application names`() throws {
        let answer = try allow(at: "/users/auth0%7Cu1/profileimage/uploads")
        let url = try #require(try answer.object["upload_url"] as? String)
        let body = TestForm.body([("file", "a.gif", TestPicture.gif())])
        let fields: HTTPFields = [.contentType: TestForm.contentType]
        let upload = try app.send(.post, String(url.dropFirst("https://images.test".count)), fields, body: body)
        #expect(upload.status == .created)
        #expect(try upload.object["userId"] as? String == "auth0|u1")
    }

    @Test func `a refused upload does not use up the URL`() throws {
        let path = try path(#"{"maxBytes": 100}"#)
        #expect(try app.send(.put, path, body: Array("no picture".utf8)).status == .unsupportedMediaType)
        #expect(try app.send(.put, path, body: TestPicture.bomb).status == .contentTooLarge)
        let tooLong = try app.send(.put, path, body: TestPicture.gif() + Array(repeating: 0, count: 100))
        #expect(tooLong.problemCode == "too-many-bytes")
        // In a form and in a text, only the size of the file counts.
        let long = TestPicture.gif() + Array(repeating: 0, count: 8000)
        let form = TestForm.body([("file", "a.gif", long)])
        let inForm = try app.send(.put, path, [.contentType: TestForm.contentType], body: form)
        #expect(inForm.problemCode == "too-many-bytes")
        let text = Array(Data(long).base64EncodedString().utf8)
        #expect(try app.send(.put, path, [.contentType: "text/plain"], body: text).problemCode == "too-many-bytes")
        #expect(try tooLong.object["limit"] as? Int == 100)
        #expect(try app.send(.put, path, [.ifMatch: "*"], body: TestPicture.gif()).status == .preconditionFailed)
        #expect(try !hasImage())
        #expect(try app.send(.put, path, body: TestPicture.gif()).status == .created)
    }

    @Test func `exactly one of several parallel uploads to a URL succeeds`() async throws {
        let path = try path()
        let statuses = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask { [app] in
                    (try? app.send(.put, path, body: TestPicture.gif()).status.code) ?? 0
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.sorted() == [201] + Array(repeating: 409, count: 7))
        #expect(app.publicFiles.count == 1)
    }

    @Test func `an invalid signature is refused before the body is read`() throws {
        let path = try path()
        let parts = path.dropFirst("/uploads/".count).split(separator: ".")
        let other = try self.path().dropFirst("/uploads/".count).split(separator: ".")
        let forged = [
            "x", "", ".", "\(parts[0])", "\(parts[0]).", ".\(parts[1])", "\(parts[0]).\(parts[1])A",
            "\(other[0]).\(parts[1])",
            "\(parts[0])A.\(parts[1])", "\(parts[0]).\(parts[1]).\(parts[1])",
        ]
        for token in forged {
            let response = try app.send(.put, "/uploads/\(token)", body: TestPicture.gif()) {
                Issue.record("the body is read for \(token)")
            }
            #expect(response.status == .forbidden || response.status == .notFound, "\(token)")
        }
        #expect(try app.send(.put, path, body: TestPicture.gif(), host: "evil.test").problemCode == "upload-forbidden")
        #expect(
            try app.send(.put, path, body: TestPicture.gif(), host: "images.test:8443").problemCode
                == "upload-forbidden"
        )
        #expect(try !hasImage())
        #expect(try app.send(.put, path, body: TestPicture.gif(), host: "IMAGES.test").status == .created)
    }

    /// The expected value was computed with Python's hmac.
    @Test func `a signature is HMAC-SHA256 over the claims and the host`() throws {
        let claims = "eyJpZCI6InUxIiwic3ViIjoiYWxpY2UiLCJleHAiOjQxMDI0NDQ4MDAsIm1heCI6MTAwMH0"
        let token = UploadToken(rawValue: "\(claims).M1c2pL09honiYtX52TsZIw6DeI547b_VP8jggYeMRsk")
        let secret = Array("a secret of 32 bytes, or some more".utf8)
        let upload = try #require(token.upload(to: "images.test", secrets: [secret]))
        let alice = try #require(UserID(rawValue: "alice"))
        #expect(upload.id == "u1" && upload.userID == alice && upload.maxBytes == 1000)
        #expect(upload.expiresAt == Date(timeIntervalSince1970: 4_102_444_800))
        #expect(token.upload(to: "other.test", secrets: [secret]) == nil)
        #expect(token.upload(to: "images.test", secrets: [Array("another secret of 32 bytes or more".utf8)]) == nil)
    }

    @Test func `an expired URL is 410 with a reason`() throws {
        let alice = try #require(UserID(rawValue: "alice"))
        let upload = PresignedUpload(id: "u", userID: alice, expiresAt: .now.addingTimeInterval(-1), maxBytes: 1000)
        let token = try UploadToken(upload, host: "images.test", secret: app.services.uploads.secrets()[0])
        let response = try app.send(.put, "/uploads/\(token.rawValue)", body: TestPicture.gif())
        #expect(response.status == .gone)
        #expect(response.problemCode == "upload-expired")
    }

    @Test func `an erased user's URL does not create the user again`() throws {
        let path = try path()
        #expect(try app.send(.delete, "/me", alice).status == .ok)
        let response = try app.send(.put, path, body: TestPicture.gif())
        #expect(response.status == .gone)
        #expect(response.problemCode == "upload-withdrawn")
        #expect(try app.send(.get, "/users/alice", admin).status == .notFound)
        #expect(app.publicFiles.isEmpty)
    }

    @Test func `two secrets are valid at once`() async throws {
        let (first, second) = (String(repeating: "a", count: 32), String(repeating: "b", count: 32))
        let upload = PresignedUpload(
            id: "u1",
            userID: try #require(UserID(rawValue: "alice")),
            expiresAt: .now.addingTimeInterval(60),
            maxBytes: 1000
        )
        let token = try UploadToken(upload, host: "images.test", secret: Array(first.utf8)).rawValue
        func status(_ settings: [String: String]) async throws -> HTTPResponse.Status {
            let app = try await TestApplication(settings)
            try app.metadata.write { try $0.addUpload(upload, creation: .onFirstUse, by: .test, at: .now) }
            return try app.send(.put, "/uploads/\(token)", body: TestPicture.gif()).status
        }
        #expect(try await status(["PORTRAITD_UPLOAD_SECRET": first]) == .created)
        let rotated = ["PORTRAITD_UPLOAD_SECRET": second, "PORTRAITD_UPLOAD_SECRET_OLD": first]
        #expect(try await status(rotated) == .created)
        #expect(try await status(["PORTRAITD_UPLOAD_SECRET": second]) == .forbidden)
        #expect(try await status([:]) == .forbidden)
        let app = try await TestApplication(rotated)
        let new = try path(on: app).dropFirst("/uploads/".count)
        let signed = UploadToken(rawValue: String(new)).upload(to: "images.test", secrets: [Array(second.utf8)])
        #expect(signed?.userID == upload.userID)
    }

    @Test(arguments: [
        (#"{"expiresIn": 0}"#, "/expiresIn"), (#"{"expiresIn": 901}"#, "/expiresIn"),
        (#"{"expiresIn": "9"}"#, "/expiresIn"), (#"{"expiresIn": 1.5}"#, "/expiresIn"),
        (#"{"maxBytes": 10485761}"#, "/maxBytes"), (#"{"maxBytes": 0}"#, "/maxBytes"), (#"{"crops": 1}"#, "/crops"),
    ])
    func `an invalid limit is refused by its name`(_ body: String, _ pointer: String) throws {
        let response = try allow(body)
        #expect(response.status == .badRequest)
        #expect(try response.object["pointer"] as? String == pointer)
    }

    @Test func `a URL needs the scope to write for its user`() throws {
        let path = "/me/profileimage/uploads"
        #expect(try app.send(.post, path).status == .unauthorized)
        #expect(try app.send(.post, path, .user("alice", scope: "profile:read")).status == .forbidden)
        #expect(try app.send(.post, "/users/bob/profileimage/uploads", alice).status == .forbidden)
        #expect(try app.send(.get, path, alice).status == .methodNotAllowed)
    }

    @Test func `with explicit profiles an unknown user gets no URL`() async throws {
        let app = try await TestApplication(["PORTRAITD_CREATE_PROFILES": "explicit"])
        #expect(try allow(on: app).problemCode == "no-user")
    }

    @Test func `the audit names the URL's creator and user, and the log has no token`() throws {
        let path = try path()
        _ = try app.send(.put, path, body: TestPicture.gif())
        let audit = try app.metadata.read { try $0.auditRecords(of: UserID(rawValue: "alice"), after: 0, limit: 9) }
        #expect(audit.map(\.action) == [.uploadAllowed, .event(.profileCreated), .event(.imageSet)])
        #expect(audit.map(\.actor.credential) == [.token, .presignedURL, .presignedURL])
        #expect(audit.allSatisfy { $0.actor.name == "alice" && $0.actor.requestID == "r1" })
        let token = path.dropFirst("/uploads/".count)
        for event in app.log.events {
            #expect(!"\(event.message) \(event.metadata ?? [:])".contains(token))
        }
        #expect(app.log.events.last?.metadata?["route"] == "/uploads/{token}")
    }

    @Test func `a page of another origin may upload if the settings allow it`() async throws {
        let app = try await TestApplication(["PORTRAITD_CORS_ORIGINS": "https://app.test"])
        let path = try path(on: app)
        let preflight = try app.send(.options, path, [.origin: "https://app.test"])
        #expect(preflight.status == .noContent)
        #expect(preflight.headerFields[.accessControlAllowMethods] == "OPTIONS, POST, PUT")
        let upload = try app.send(.put, path, [.origin: "https://app.test"], body: TestPicture.gif())
        #expect(upload.status == .created)
        #expect(upload.headerFields[.accessControlAllowOrigin] == "https://app.test")
    }

    @Test(arguments: [
        ("https://img.test", "img.test"), ("https://img.test:443/p", "img.test"), ("http://img.test:80", "img.test"),
        ("https://img.test:80", "img.test:80"), ("http://[::1]:8080/a/b", "[::1]:8080"),
    ])
    func `a URL's host is normalised as in requests`(_ url: String, _ host: String) {
        #expect(PublicURL.authority(of: url) == host)
    }
}
