import CGD
import Foundation
import Testing

/// Requests of Serverpod's clients, through nginx.
@Suite struct ServerpodTests {
    private let instance: Instance
    private let token: String

    init() throws {
        instance = try Instance(["PORTRAITD_DIALECTS": "serverpod", "PORTRAITD_SIDES": "64,256"])
        token = try instance.token("97b1c929-842c-415c-a7df-6967efdda160")
    }

    private func call(_ method: String, _ arguments: String = "{}", token: String? = nil) throws -> Curl.Answer {
        let file = "\(instance.folder)/\(UUID().uuidString).json"
        try Data(arguments.utf8).write(to: URL(filePath: file))
        return try instance.curl(
            "/userProfile/\(method)",
            token: token ?? self.token,
            "--header",
            "Content-Type: application/json; charset=utf-8",
            "--data-binary",
            "@\(file)"
        )
    }

    private func setUserImage(_ picture: Data) throws -> Curl.Answer {
        try call("setUserImage", #"{"image":"decode('\#(picture.base64EncodedString())', 'base64')"}"#)
    }

    private func url(_ answer: Curl.Answer) throws -> String {
        try #require(answer.json["imageUrl"] as? String, "\(answer.status) \(answer.text)")
    }

    @Test("S1 a stored picture is served without a credential and without the application")
    func publicStorage() throws {
        let url = try url(setUserImage(Photograph.small()))
        let log = instance.log
        let answer = try Curl.send([url])
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "image/jpeg")
        #expect(Photograph.look(at: answer.body)?.width == 256)
        for spelling in [
            url.replacing("%2F", with: "/"), url.replacing("%2F", with: "%2f"),
            url.replacing("?method=file&", with: "?") + "&method=file",
        ] {
            #expect(try Curl.send([spelling]).body == answer.body, "\(spelling)")
        }
        #expect(instance.log == log)
        instance.stop()
        #expect(try Curl.send([url]).body == answer.body)
    }

    @Test("S2 a picture that is not square is cropped in its middle, through nginx")
    func crop() throws {
        let answer = try Curl.send([url(setUserImage(Photograph.wide()))])
        let picture = try #require(Photograph.look(at: answer.body))
        #expect(picture.width == 256)
        #expect(picture.height == 256)
        #expect(Photograph.turn(of: picture.quarters) == 0)
    }

    @Test("S29 each upload has its own permanent URL, and caches can revalidate it")
    func caching() throws {
        let url = try url(setUserImage(Photograph.small()))
        let answer = try Curl.send([url])
        #expect(answer.headers["cache-control"] == "public, max-age=31536000, immutable")
        let tag = try #require(answer.headers["etag"])
        #expect(try Curl.send(["--header", "If-None-Match: \(tag)", url]).status == 304)
        let head = try Curl.send(["--head", url])
        #expect(head.status == 200)
        #expect(head.headers["content-length"] == String(answer.body.count))
        #expect(try self.url(setUserImage(Photograph.small())) != url)
    }

    @Test("S30 every user's picture is public")
    func everybody() throws {
        _ = try setUserImage(Photograph.small())
        let model = try call("get").json
        #expect(try Curl.send([try #require(model["imageUrl"] as? String)]).status == 200)
        #expect(try call("get", token: instance.token("bob")).json["imageUrl"] == nil)
    }

    @Test func `a missing variant is rendered, and a removed picture is a 404 text`() throws {
        let url = try url(setUserImage(Photograph.small()))
        let small = url.replacing("_256.jpg", with: "_64.webp")
        for _ in 1...2 {
            let answer = try Curl.send([small])
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "image/webp")
        }
        #expect(try call("removeUserImage").status == 200)
        for gone in [url, small] {
            #expect(try instance.isGone(gone))
            let answer = try Curl.send([gone])
            #expect(answer.status == 404)
            #expect(answer.headers["content-type"] == "text/plain; charset=utf-8")
            #expect(answer.headers["x-content-type-options"] == "nosniff")
            #expect(answer.text.hasPrefix("File not found: serverpod/user_images/97b1c929-"))
        }
        #expect(try instance.curl("/serverpod_cloud_storage").status == 400)
        #expect(try instance.curl("/serverpod_cloud_storage?method=file&path=../jwt-secret").status == 404)
    }

    @Test("S44 a picture of more than 5 and up to 10 MB is accepted")
    func large() throws {
        let answer = try setUserImage(Giant.padded(Photograph.small(), to: 10_000_000))
        #expect(answer.status == 200, "\(answer.text)")
        let over = try setUserImage(Photograph.small() + Data(count: 10_485_760))
        #expect(over.status == 413)
        #expect(over.text == "Request size exceeds the maximum allowed size of 10485760 bytes.")
    }

    @Test("S52 the six verification steps succeed")
    func verify() throws {
        let instance = try Instance(["PORTRAITD_DIALECTS": "serverpod", "PORTRAITD_PUBLIC_URL": self.instance.url])
        // 1: sign in.
        let fields = ["--header", "Authorization: Bearer \(try instance.token("ada"))"]
        let post = { (target: String, body: String) in
            let file = "\(instance.folder)/call.json"
            try Data(body.utf8).write(to: URL(filePath: file))
            return try Curl.send(fields + ["--data-binary", "@\(file)", "\(instance.url)/\(target)"])
        }
        #expect(try post("userProfile/get", "{}").json["imageUrl"] == nil)
        for picture in [try Photograph.slow(), try Photograph.small()] {
            // 2 and 3: upload; the URL exists and begins with the public host.
            let image = #"{"image":"decode('\#(picture.base64EncodedString())', 'base64')","method":"setUserImage"}"#
            let url = try url(post("userProfile", image))
            #expect(url.hasPrefix("\(self.instance.url)/serverpod_cloud_storage?method=file&path="))
            // 4: the picture loads.
            #expect(try Curl.send([url.replacing(self.instance.url, with: instance.url)]).status == 200)
            // 5: both endpoints return the same model.
            for endpoint in ["userProfile", "serverpod_auth_core.userProfileInfo"] {
                #expect(try post("\(endpoint)/get", "{}").json["imageUrl"] as? String == url)
            }
        }
        // 6: the picture is removed.
        #expect(try post("userProfile/removeUserImage", "{}").json["imageUrl"] == nil)
        #expect(try post("userProfile/get", "{}").json["imageUrl"] == nil)
    }

    @Test("S55 the log of the start names the prefix of image URLs")
    func publicURL() throws {
        #expect(instance.log.contains("public.url=\"the request's own\""))
        let other = try Instance(["PORTRAITD_PUBLIC_URL": "https://img.example.com"])
        #expect(other.log.contains("public.url=https://img.example.com"))
    }
}
