import Foundation
import Testing

@Suite struct UploadTests {
    private let instance: Instance
    private let token: String

    init() throws {
        instance = try Instance()
        token = try instance.token("alice")
    }

    private func picture(at answer: Curl.Answer) throws -> Data {
        try Curl.send([try #require(answer.json["imageUrl"] as? String)]).body
    }

    @Test func `a photograph from a phone comes back upright, square and without its place`() throws {
        let photograph = try Photograph.fromPhone()
        let answer = try instance.put(photograph, token: token)
        #expect(answer.status == 201)
        let served = try picture(at: answer)
        let seen = try #require(Photograph.look(at: served))
        #expect(seen.width == 512 && seen.height == 512)
        #expect(Photograph.turn(of: seen.quarters) == 0)
        #expect(served.range(of: Data("Exif".utf8)) == nil)
        #expect(answer.json["byteCount"] as? Int == served.count)
    }

    @Test func `a form, a chunked body and a body of any declared type give the same picture`() throws {
        let file = "\(instance.folder)/upload.jpg"
        try Photograph.small().write(to: URL(filePath: file))
        let uploads = [
            ["--request", "PUT", "--form", "file=@\(file)"],
            ["--request", "PUT", "--form", "note=hello", "--form", "file=@\(file);filename=\"naïve \\\"x\\\".jpg\""],
            ["--upload-file", file, "--header", "Transfer-Encoding: chunked"],
            ["--request", "PUT", "--data-binary", "@\(file)"],
            ["--upload-file", file, "--header", "Content-Type: text/html"],
            ["--upload-file", file, "--header", "Expect:"],
        ]
        for upload in uploads {
            let answer = try Curl.send(
                ["--header", "Authorization: Bearer \(token)"] + upload + ["\(instance.url)/me/profileimage"]
            )
            #expect([200, 201].contains(answer.status), "\(upload): \(answer.text)")
            #expect(try Photograph.look(at: picture(at: answer)).flatMap { Photograph.turn(of: $0.quarters) } == 0)
        }
    }

    @Test func `the crop is cut from the upright picture`() throws {
        let photograph = try Photograph.fromPhone()
        let answer = try instance.curl(
            "/me/profileimage?crop=0,0,1500,1500",
            token: token,
            upload: photograph
        )
        let seen = try #require(Photograph.look(at: try picture(at: answer)))
        let isTopLeft = seen.quarters.allSatisfy { Photograph.turn(of: [$0] + Photograph.quarters.dropFirst()) == 0 }
        #expect(isTopLeft)
    }

    @Test func `GET as image sends the bytes with portraitd's validators`() throws {
        let stored = try picture(at: instance.put(Photograph.small(), token: token))
        let image = try instance.curl("/me/profileimage", token: token, "--header", "Accept: image/*")
        #expect(image.status == 200)
        #expect(image.body == stored)
        #expect(image.headers["content-type"] == "image/jpeg")
        #expect(image.headers["x-content-type-options"] == "nosniff")
        #expect(image.headers["cache-control"] == "private, no-cache")
        #expect(image.headers["x-accel-redirect"] == nil)
        let tag = try #require(image.headers["etag"])
        let again = try instance.curl(
            "/me/profileimage",
            token: token,
            "--header",
            "Accept: image/*",
            "--header",
            "If-None-Match: \(tag)"
        )
        #expect(again.status == 304)
        let text = try instance.curl("/me/profileimage", token: token)
        #expect(Data(base64Encoded: text.body) == stored)
        let head = try instance.curl("/me/profileimage", token: token, "--head", "--header", "Accept: image/*")
        #expect(head.status == 200)
        #expect(head.headers["content-length"] == String(stored.count))
    }

    @Test func `an identifier with a slash stays one path segment`() throws {
        let slashed = try instance.token("auth0|a/b//c")
        let answer = try instance.curl(
            "/users/auth0%7Ca%2Fb%2F%2Fc/profileimage",
            token: slashed,
            upload: Photograph.small()
        )
        #expect(answer.status == 201)
        #expect(answer.json["userId"] as? String == "auth0|a/b//c")
        #expect(try instance.curl("/users/auth0%7Ca/b//c/profileimage", token: slashed).status == 404)
    }

    @Test func `nginx does not serve a file after DELETE`() throws {
        let url = try #require(try instance.put(Photograph.small(), token: token).json["imageUrl"] as? String)
        #expect(try Curl.send([url]).status == 200)
        #expect(try instance.curl("/me/profileimage", token: token, "--request", "DELETE").status == 204)
        #expect(instance.publicFiles.isEmpty)
        #expect(try instance.isGone(url))
        #expect(try instance.curl("/me/profileimage", token: token, "--request", "DELETE").status == 204)
    }

    @Test func `a request header cannot set REMOTE_USER`() throws {
        let trusting = try Instance(["PORTRAITD_REMOTE_USER": "true"])
        for header in ["Remote-User: alice", "REMOTE_USER: alice", "Remote_User: alice", "X-Remote-User: alice"] {
            #expect(try trusting.curl("/me/profileimage", "--header", header).status == 401)
        }
        #expect(try trusting.curl("/me/profileimage", "--user", "alice:x").status == 401)
    }

    @Test func `a request with two tokens is refused`() throws {
        let answer = try instance.curl("/me/profileimage", token: token, "--header", "Authorization: Bearer \(token)")
        #expect([400, 401].contains(answer.status))
    }

    @Test func `an unauthorized upload is refused by an answer, not by a broken connection`() throws {
        let big = Data(repeating: 1, count: 8_000_000)
        let answer = try instance.curl("/me/profileimage", upload: big)
        #expect(answer.status == 401)
        #expect(!instance.nginxLog.contains("[error]"), "\(instance.nginxLog)")
    }
}
