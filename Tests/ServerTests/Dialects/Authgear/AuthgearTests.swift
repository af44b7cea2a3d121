import Foundation
import HTTPTypes
import Imaging
import ProfileImages
@testable import Server
import Storage
import Testing

@Suite struct AuthgearTests {
    private let client: AuthgearClient

    init() async throws {
        client = try await AuthgearClient()
        try client.makeUser("ann", #"{"fullName":"Ann","email":"ann@example.com"}"#)
    }

    @Test("G1 the admin's token is enough to upload a picture and give it to a user")
    func wholeFlow() throws {
        let url = try client.upload()
        let answer = try client.setAttributes(["name": "Ann", "picture": url], of: "ann")
        #expect(answer.error == nil)
        let picture = try #require(try client.attributes(of: "ann")["picture"] as? String)
        #expect(picture == "https://images.test\(AuthgearClient.path(url, "profile"))")
        #expect(try client.app.send(.get, AuthgearClient.path(url, "profile")).status == .ok)
        // It is the user's image in portraitd's own API too.
        #expect(try client.app.send(.get, "/me/profileimage", .user("ann")).status == .ok)
    }

    @Test(
        "G2 an upload URL is given out, with all that its signature covers",
        arguments: [HTTPRequest.Method.get, .post]
    )
    func allow(_ method: HTTPRequest.Method) throws {
        let fields = HTTPFields.bearer(try AuthgearClient.token())
        let answer = try client.app.send(method, "/_api/admin/images/upload", fields)
        #expect(answer.status == .ok)
        #expect(answer.headerFields[.cacheControl] == "no-store")
        #expect(answer.headerFields[.xFrameOptions] == "DENY")
        let result = try #require(try answer.object["result"] as? [String: String])
        let url = try #require(result["upload_url"])
        let target = try #require(RequestTarget(rawValue: String(url.dropFirst("https://images.test".count))))
        #expect(target.segments.prefix(2) == ["_images", "myapp"])
        #expect(
            target.query.map(\.name) == [
                "x-authgear-algorithm", "x-authgear-date", "x-authgear-expires", "x-authgear-metadata",
                "x-authgear-signature", "x-authgear-signedheaders",
            ]
        )
        #expect(target.query[2].value == "900")
        #expect(target.query[3].value == "eyJ1cGxvYWRlZF9ieSI6ImFkbWluX2FwaSJ9")
    }

    @Test("G3 the result is returned after the picture is stored")
    func durable() throws {
        let before = client.app.publicFiles.count
        let url = try client.upload()
        #expect(client.app.publicFiles.count == before + 1)
        let uuid = try #require(url.split(separator: "/").last.map(String.init))
        let id = try #require(MediaID(uuid: uuid))
        #expect(try client.app.metadata.read { try $0.master(of: id) } != nil)
        // The picture has no user yet.
        #expect(try client.app.metadata.read { try $0.image(id) } == nil)
    }

    @Test("G4 updateUser gives the picture to the user and returns its URL")
    func updateUser() throws {
        let url = try client.upload()
        let answer = try client.setAttributes(["name": "Ann B", "picture": url], of: "ann")
        let payload = (answer["data"] as? [String: Any])?["updateUser"] as? [String: Any]
        let user = try #require(payload?["user"] as? [String: Any])
        #expect(user["id"] as? String == AuthgearClient.nodeID("ann"))
        let attributes = try #require(user["standardAttributes"] as? [String: Any])
        #expect(attributes["name"] as? String == "Ann B")
        #expect(attributes["email_verified"] as? Bool == false)
        #expect(attributes["picture"] as? String == "https://images.test\(AuthgearClient.path(url, "profile"))")
        let time = try #require(attributes["updated_at"] as? Int)
        #expect(abs(Date.now.timeIntervalSince1970 - Double(time)) < 60)
        #expect((user["updatedAt"] as? String)?.hasSuffix("Z") ?? false)
    }

    @Test(
        "G5 whatever is wrong with the admin's token, it is 403 in plain text",
        arguments: [
            nil, "Bearer", "Bearer x", "Basic YTpi", "kid", "no kid", "app", "no app", "expired", "not yet",
            "algorithm",
            "user",
        ]
    )
    func wrongToken(_ fault: String?) throws {
        let now = Int(Date.now.timeIntervalSince1970)
        let token =
            switch fault {
            case "kid": try AuthgearClient.token(header: #"{"alg":"RS256","kid":"other"}"#)
            case "no kid": try AuthgearClient.token(header: #"{"alg":"RS256"}"#)
            case "app": try AuthgearClient.token(#"{"aud":["other"]}"#)
            case "no app": try AuthgearClient.token("{}")
            case "expired": try AuthgearClient.token(#"{"aud":"myapp","exp":\#(now - 301)}"#)
            case "not yet": try AuthgearClient.token(#"{"aud":"myapp","nbf":\#(now + 400)}"#)
            case "algorithm": try AuthgearClient.token(header: #"{"alg":"RS512","kid":"rsa"}"#)
            default: TestToken.hs256(TestToken.claims(sub: "ann", scope: "admin"))
            }
        let plain = [nil, "Bearer", "Bearer x", "Basic YTpi"].contains(fault)
        let fields: HTTPFields = plain ? fault.map { [.authorization: $0] } ?? [:] : .bearer(token)
        for (method, path) in [(HTTPRequest.Method.get, "images/upload"), (.post, "graphql")] {
            let answer = try client.app.send(method, "/_api/admin/\(path)", fields)
            #expect(answer.status == .forbidden)
            #expect(String(decoding: answer.body, as: UTF8.self) == "Forbidden\n")
            #expect(answer.headerFields[.contentType]?.hasPrefix("text/plain") ?? false)
        }
    }

    @Test(
        "G5 a token whose audience is a text, and one that says no expiry, are taken",
        arguments: [
            #"{"aud":"myapp"}"#, #"{"aud":["other","myapp"],"audit_context":{"a":1}}"#,
        ]
    )
    func otherToken(_ claims: String) throws {
        let fields = HTTPFields.bearer(try AuthgearClient.token(claims))
        #expect(try client.app.send(.get, "/_api/admin/images/upload", fields).status == .ok)
    }

    @Test("G6 the permission has exactly one member, upload_url")
    func permission() throws {
        let fields = HTTPFields.bearer(try AuthgearClient.token())
        let object = try client.app.send(.get, "/_api/admin/images/upload", fields).object
        #expect(object.keys.sorted() == ["result"])
        #expect((object["result"] as? [String: String])?.keys.sorted() == ["upload_url"])
    }

    @Test("G7 a picture that is not square is accepted and shown as 240 by 240")
    func notSquare() throws {
        let url = try client.upload(TestPicture.stripes)
        let shown = try client.app.send(.get, AuthgearClient.path(url, "profile"))
        #expect(shown.status == .ok)
        #expect(shown.headerFields[.cacheControl] == "public, immutable, max-age=900")
        let header = try ImageHeader.read(shown.body)
        #expect(header.width == 240 && header.height == 240)
        #expect(shown.headerFields[.contentType] == header.format.mediaType)
        let original = try client.app.send(.get, AuthgearClient.path(url, "original"))
        #expect(original.headerFields[.contentType] == header.format.mediaType)
        #expect(try ImageHeader.read(original.body).width == 512)
        // The public picture, not the private master.
        let files = try FileManager.default.subpathsOfDirectory(atPath: client.app.folder)
        let all = try files.filter { $0.contains(".jpg") || $0.contains(".png") }.map {
            ($0, Array(try Data(contentsOf: URL(filePath: "\(client.app.folder)/\($0)"))))
        }
        #expect(all.contains { $0.0.hasPrefix("public/") && $0.1 == original.body })
        #expect(!all.contains { $0.0.hasPrefix("masters/") && $0.1 == original.body })
    }

    @Test("G8 10,485,760 bytes are accepted, and one more is too large", arguments: [0, 1])
    func limit(_ surplus: Int) throws {
        let picture = TestPicture.gif() + [UInt8](repeating: 0, count: 10_485_760 - TestPicture.gif().count + surplus)
        let answer = try client.send([("file", "me.gif", picture)], to: client.uploadTarget())
        guard surplus > 0 else {
            #expect(answer.status == .ok)
            return
        }
        try expect(answer, 400, "BadRequest", "BadRequest", "asset too large")
    }

    @Test("G8 an empty picture and a body with a far too large length are too large")
    func noSize() throws {
        let target = try client.uploadTarget()
        let empty = try client.send([("file", "me.gif", [])], to: target)
        try expect(empty, 400, "BadRequest", "BadRequest", "asset too large")
        let huge = [UInt8](repeating: 0, count: 11_000_000)
        let answer = try client.app.send(.post, target, [.contentType: TestForm.contentType], body: huge)
        try expect(answer, 400, "BadRequest", "BadRequest", "asset too large")
    }

    @Test("G9 the form must have exactly one file in the field file")
    func parts() throws {
        let (target, gif) = (try client.uploadTarget(), TestPicture.gif())
        let two = [("file", "a.gif", gif), ("file", "b.gif", gif)] as [(String, String?, [UInt8])]
        try expect(client.send(two, to: target), 400, "Invalid", "Invalid", "expected exactly 1 file part")
        try expect(client.send([], to: target), 400, "Invalid", "Invalid", "expected exactly 1 file part")
        let other = try client.send([("picture", "a.gif", gif)], to: target)
        try expect(other, 400, "Invalid", "Invalid", "invalid file field")
        // A refusal does not use up the URL; other fields beside the file do no harm.
        #expect(try client.send([("note", nil, [65]), ("file", "a.gif", gif)], to: target).status == .ok)
    }

    @Test("G10 the upload needs no credential, and the content decides its type")
    func noCredential() throws {
        let target = try client.uploadTarget()
        let head =
            "Content-Disposition: form-data; name=\"file\"; filename=\"me.png\"\r\nContent-Type: image/png\r\n\r\n"
        let body = Array("--b\r\n\(head)".utf8) + TestPicture.gif() + Array("\r\n--b--\r\n".utf8)
        let answer = try client.app.send(
            .post,
            target,
            [.contentType: "multipart/form-data; boundary=b"],
            body: body
        )
        #expect(answer.status == .ok)
        try expect(
            client.send([("file", "me.gif", Array("no picture".utf8))], to: client.uploadTarget()),
            400,
            "Invalid",
            "Invalid",
            nil
        )
    }

    @Test(
        "G11 a body whose boundaries lack their hyphens is refused",
        arguments: [
            ("multipart/form-data; boundary=--boundary", "failed to read request body"),
            ("multipart/form-data", "invalid boundary"), ("multipart/form-data; boundary=", "invalid boundary"),
            ("application/octet-stream", "invalid content-type"), ("", "invalid content-type"),
        ]
    )
    func malformed(_ contentType: String, _ message: String) throws {
        let body =
            "--boundary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n"
            + "Content-Type: image/png\r\n\r\nDATA\r\n--boundary"
        let answer = try client.app.send(
            .post,
            client.uploadTarget(),
            [.contentType: contentType],
            body: Array(body.utf8)
        )
        try expect(answer, 400, "Invalid", "Invalid", message)
    }

    @Test("G12 the result names the same object as the upload URL")
    func result() throws {
        let target = try client.uploadTarget()
        let answer = try client.send([("file", "me.gif", TestPicture.gif())], to: target)
        let path = String(target.prefix { $0 != "?" })
        let url = try #require((try answer.object["result"] as? [String: String])?["url"])
        #expect(url == path.replacing("/_images/", with: "authgearimages:///"))
        #expect(url.wholeMatch(of: /authgearimages:\/\/\/myapp\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/) != nil)
        #expect(try answer.object.keys.sorted() == ["result"])
    }

    @Test("G12 a URL takes no second picture")
    func duplicate() throws {
        let target = try client.uploadTarget()
        let parts = [("file", "me.gif", TestPicture.gif())] as [(String, String?, [UInt8])]
        let first = try client.send(parts, to: target)
        try expect(client.send(parts, to: target), 409, "AlreadyExists", "DuplicatedImage", "duplicated image")
        // The URL also stays used after a user has got the picture, and after it was removed.
        let url = try #require((try first.object["result"] as? [String: String])?["url"])
        _ = try client.setAttributes(["picture": url], of: "ann")
        try expect(client.send(parts, to: target), 409, "AlreadyExists", "DuplicatedImage", nil)
        #expect(try client.app.send(.delete, "/me/profileimage", .user("ann")).status == .noContent)
        try expect(client.send(parts, to: target), 409, "AlreadyExists", "DuplicatedImage", nil)
        #expect(try client.app.send(.get, AuthgearClient.path(url, "original")).status == .notFound)
    }

    @Test("G13 read attributes can be written back, and omitted ones are removed")
    func readModifyWrite() throws {
        let url = try client.upload()
        _ = try client.setAttributes(
            ["name": "Ann", "nickname": "A", "address": ["country": "AT"], "picture": url],
            of: "ann"
        )
        let ann = try #require(UserID(rawValue: "ann"))
        let image = try client.app.metadata.read { try $0.image(of: ann) }
        var attributes = try client.attributes(of: "ann")
        attributes["nickname"] = "Annie"
        #expect(try client.setAttributes(attributes, of: "ann").error == nil)
        var shown = try client.attributes(of: "ann")
        #expect(shown["nickname"] as? String == "Annie")
        #expect(shown["address"] as? [String: String] == ["country": "AT"])
        #expect(shown["picture"] as? String == attributes["picture"] as? String)
        #expect(try client.app.metadata.read { try $0.image(of: ann) } == image)
        // An empty object removes all attributes except the sign-in identifiers.
        #expect(try client.setAttributes([:], of: "ann").error == nil)
        shown = try client.attributes(of: "ann")
        #expect(shown.keys.sorted() == ["email", "email_verified", "updated_at"])
        #expect(try client.app.send(.get, AuthgearClient.path(url, "profile")).status == .notFound)
        #expect(client.app.publicFiles == [])
    }

    @Test("G13 an omitted picture's URL works as long as the media item is kept")
    func leaveOutAndTakeUp() async throws {
        let client = try await AuthgearClient(["PORTRAITD_KEEP_REPLACED": "all"])
        try client.makeUser("ann", #"{"fullName":"Ann"}"#)
        let url = try client.upload()
        _ = try client.setAttributes(["name": "Ann", "picture": url], of: "ann")
        #expect(try client.setAttributes(["name": "Ann"], of: "ann").error == nil)
        #expect(try client.attributes(of: "ann")["picture"] == nil)
        let ann = try #require(UserID(rawValue: "ann"))
        #expect(try client.app.metadata.read { try $0.image(of: ann) } == nil)
        #expect(try client.app.metadata.read { try $0.media(of: ann, after: nil, limit: 9) }.map(\.isActive) == [false])
        #expect(try client.app.send(.get, AuthgearClient.path(url, "profile")).status == .ok)
        #expect(try client.setAttributes(["picture": url], of: "ann").error == nil)
        #expect(try client.app.metadata.read { try $0.image(of: ann) } != nil)
        let kinds = try client.app.metadata.read { try $0.events(after: 0, limit: 99) }.map(\.kind)
        #expect(kinds.filter { [.imageSet, .imageRemoved].contains($0) } == [.imageSet, .imageRemoved, .imageSet])
    }

    @Test("G13 UserInfo shows the picture to the user's own token")
    func userInfo() throws {
        let url = try client.upload()
        _ = try client.setAttributes(["name": "Ann", "picture": url], of: "ann")
        for method in [HTTPRequest.Method.get, .post] {
            let claims = try client.app.send(method, "/oauth2/userinfo", .user("ann")).object
            #expect(claims["sub"] as? String == "ann")
            #expect(claims["name"] as? String == "Ann")
            #expect(claims["picture"] as? String == "https://images.test\(AuthgearClient.path(url, "profile"))")
            #expect(claims["https://authgear.com/claims/user/is_anonymous"] as? Bool == false)
            #expect(claims["custom_attributes"] as? [String: String] == [:])
        }
        let bare = try client.app.send(.get, "/oauth2/userinfo", .user("ann", scope: "other")).object
        #expect(bare.keys.sorted() == ["sub"])
        let refused = try client.app.send(.get, "/oauth2/userinfo", [.authorization: "Bearer x"])
        #expect(refused.status == .unauthorized)
        #expect(refused.headerFields[.wwwAuthenticate] != nil)
    }

    private func expect(
        _ answer: Response,
        _ status: Int,
        _ name: String,
        _ reason: String,
        _ message: String?,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(answer.status.code == status, sourceLocation: sourceLocation)
        let error = try #require(try answer.object["error"] as? [String: Any], sourceLocation: sourceLocation)
        #expect(error["name"] as? String == name, sourceLocation: sourceLocation)
        #expect(error["reason"] as? String == reason, sourceLocation: sourceLocation)
        #expect(error["code"] as? Int == status, sourceLocation: sourceLocation)
        if let message { #expect(error["message"] as? String == message, sourceLocation: sourceLocation) }
    }
}
