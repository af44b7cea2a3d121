import Foundation
import Testing

@Suite struct PublicFileTests {
    private let instance: Instance
    private let url: String
    private let path: String

    init() throws {
        instance = try Instance()
        let answer = try instance.put(Photograph.small(), token: instance.token("alice"))
        url = try #require(answer.json["imageUrl"] as? String)
        path = String(url.dropFirst(instance.url.count))
    }

    @Test func `a picture has its exact type and may be cached for a year`() throws {
        let answer = try Curl.send([url])
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "image/jpeg")
        #expect(answer.headers["cache-control"] == "public, max-age=31536000, immutable")
        #expect(answer.headers["x-content-type-options"] == "nosniff")
        #expect(answer.headers["content-security-policy"] == "default-src 'none'; sandbox")
        #expect(answer.headers["server"] == "nginx")
    }

    @Test func `nginx serves a picture without the application`() throws {
        let before = instance.log
        _ = try Curl.send([url])
        #expect(instance.log == before)
        instance.stop()
        #expect(try Curl.send([url]).status == 200)
    }

    @Test func `validators and ranges work`() throws {
        let tag = try #require(try Curl.send([url]).headers["etag"])
        #expect(try Curl.send(["--header", "If-None-Match: \(tag)", url]).status == 304)
        #expect(try Curl.send(["--range", "0-9", url]).body.count == 10)
    }

    @Test(arguments: ["PUT", "POST", "DELETE", "PATCH", "OPTIONS"])
    func `only GET and HEAD are allowed`(_ method: String) throws {
        let answer = try Curl.send(["--request", method, url])
        #expect(answer.status == 405)
        #expect(answer.headers["allow"] == "GET, HEAD")
        #expect(answer.headers["content-type"] == "application/problem+json")
        #expect(try Curl.send([url]).status == 200)
    }

    @Test func `any other path below is a 404 problem that is not cached`() throws {
        let folder = path.prefix { $0 != "." }.split(separator: "/").dropLast().joined(separator: "/")
        let paths = [
            "/\(folder)/513.jpg", "/\(folder)/256.png", "/\(folder)/256.jpg.bak", "/\(folder)/", "/\(folder)/.hidden",
            "/images/", "/images/../portraitd.sqlite", "/images/%2e%2e/portraitd.sqlite", "/images/ab/x.jpg",
            path.uppercased(), "/_portraitd/\(instance.publicFiles[0])",
        ]
        for path in paths {
            let answer = try instance.curl(path)
            #expect(answer.status == 404, "\(path)")
            #expect(answer.headers["content-type"] == "application/problem+json", "\(path)")
            #expect(answer.headers["cache-control"]?.contains("immutable") != true, "\(path)")
        }
    }

    @Test func `a symbolic link is not followed`() throws {
        let file = "\(instance.folder)/public/\(instance.publicFiles[0])"
        let folder = URL(filePath: file).deletingLastPathComponent()
        try FileManager.default.createSymbolicLink(
            at: folder.appending(path: "64.jpg"),
            withDestinationURL: URL(filePath: "\(instance.folder)/jwt-secret")
        )
        let answer = try Curl.send([url.replacing("512.jpg", with: "64.jpg")])
        #expect(!answer.text.contains("secret"))
        // The picture has replaced the link.
        #expect(Photograph.look(at: answer.body)?.width == 64)
    }

    @Test(arguments: ["/_images/x/y", "/eyJ0eXBlIjoxfQ", "/avatars/ab.png", "/serverpod_cloud_storage?method=file"])
    func `without a dialect nginx serves none of its paths`(_ path: String) throws {
        let answer = try instance.curl(path)
        #expect(answer.status == 404)
        #expect(answer.json["code"] as? String == "not-found")
        #expect(answer.headers["access-control-allow-origin"] == nil)
        // Each snippet changes one of these: the origins that may read an error, or the status of a body that is too long.
        let large = try instance.curl(path, upload: Data(count: 21_000_000))
        #expect(large.status == 413)
        #expect(large.headers["content-type"] == "application/problem+json")
    }

    @Test func `nginx's own refusals are problems too`() throws {
        let large = try instance.curl("/me/profileimage", upload: Data(repeating: 0, count: 21_000_000))
        #expect(large.status == 413)
        #expect(large.json["code"] as? String == "too-many-bytes")
        instance.stop()
        let down = try instance.curl("/me/profileimage")
        #expect(down.status == 502)
        #expect(down.json["status"] as? Int == 502)
        #expect(down.headers["retry-after"] != nil)
        for answer in [large, down] {
            #expect(answer.headers["content-type"] == "application/problem+json")
            #expect((answer.json["requestId"] as? String)?.count == 32)
        }
    }
}
