import Foundation
import Testing

/// Variants that portraitd renders at their first request.
@Suite struct VariantTests {
    private let instance: Instance
    private let token: String
    private let folder: String

    init() throws {
        instance = try Instance()
        token = try instance.token("alice")
        let answer = try instance.put(Photograph.small(), token: token)
        folder = "/images/\(try #require(answer.json["id"] as? String))"
    }

    private func get(_ name: String, accept: String = "") throws -> Curl.Answer {
        try instance.curl("\(folder)/\(name)", "--header", "Accept: \(accept)")
    }

    @Test func `the first request renders a file, and nginx answers the next ones alone`() throws {
        let first = try get("128.webp")
        #expect(first.status == 200)
        let log = instance.log
        let second = try get("128.webp")
        #expect(second.body == first.body)
        #expect(instance.log == log)
        for answer in [first, second] {
            #expect(answer.headers["content-type"] == "image/webp")
            #expect(answer.headers["cache-control"] == "public, max-age=31536000, immutable")
            #expect(answer.headers["access-control-allow-origin"] == "*")
            #expect(answer.headers["x-content-type-options"] == "nosniff")
            #expect(answer.headers["etag"] == first.headers["etag"])
            #expect(answer.headers["vary"] == nil)
        }
        instance.stop()
        #expect(try get("128.webp").status == 200)
    }

    @Test func `without an extension nginx sends a format that the browser accepts`() throws {
        let chrome = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
        let formats = [
            chrome: "image/avif", "image/webp,*/*;q=0.8": "image/webp", "*/*": "image/jpeg", "": "image/jpeg",
        ]
        for (accept, type) in formats {
            for _ in 1...2 {
                let answer = try get("256", accept: accept)
                #expect(answer.status == 200)
                #expect(answer.headers["content-type"] == type, "\(accept)")
                #expect(answer.fields.filter { $0.name.lowercased() == "vary" }.map(\.value) == ["Accept"])
                #expect(answer.headers["cache-control"] == "public, max-age=31536000, immutable")
            }
        }
        instance.stop()
        for (accept, type) in formats {
            #expect(try get("256", accept: accept).headers["content-type"] == type)
        }
        #expect(try get("256", accept: "image/avif;q=0.0, image/webp;q=0.1").headers["content-type"] == "image/webp")
    }

    @Test func `a format that portraitd does not produce is replaced by another`() throws {
        let instance = try Instance(["PORTRAITD_FORMATS": "jpeg"])
        let answer = try instance.put(Photograph.small(), token: token(of: instance))
        let folder = "/images/\(try #require(answer.json["id"] as? String))"
        for _ in 1...2 {
            let picture = try instance.curl("\(folder)/64", "--header", "Accept: image/avif,image/webp")
            #expect(picture.headers["content-type"] == "image/jpeg")
            #expect(picture.headers["vary"] == "Accept")
        }
    }

    private func token(of instance: Instance) throws -> String { try instance.token("alice") }

    @Test func `an unknown side redirects to the next larger one`() throws {
        let answer = try get("100.jpg")
        #expect(answer.status == 302)
        #expect(answer.headers["location"] == "128.jpg")
        #expect(answer.headers["access-control-allow-origin"] == "*")
        let followed = try instance.curl("\(folder)/100.jpg", "--location")
        #expect(followed.status == 200)
        #expect(Photograph.look(at: followed.body)?.width == 128)
    }

    @Test func `all variants are gone when a deletion is answered`() throws {
        for side in [64, 128, 256, 512] {
            for format in ["jpg", "webp", "avif"] { #expect(try get("\(side).\(format)").status == 200) }
        }
        #expect(instance.publicFiles.count == 12)
        #expect(try instance.curl("/me/profileimage", token: token, "--request", "DELETE").status == 204)
        #expect(instance.publicFiles.isEmpty)
        #expect(masters.isEmpty)
        #expect(try get("64.jpg").status == 404)
    }

    @Test func `no client can read the master`() throws {
        let master = try #require(masters.first)
        for path in ["/masters/\(master)", "/_portraitd/../masters/\(master)", "\(folder)/master.jpg"] {
            #expect(try instance.curl(path).status >= 400, "\(path)")
        }
        let id = folder.split(separator: "/")[1]
        #expect(try instance.curl("/images/\(id.prefix(2))/\(id)/master.jpg").status == 404)
    }

    private var masters: [String] {
        let all = FileManager.default.subpaths(atPath: "\(instance.folder)/masters") ?? []
        return all.filter { $0.contains(".") }
    }

    @Test func `render follows changed settings and prints the number of images`() throws {
        _ = try get("64.webp")
        let settings = ["PORTRAITD_SIDES": "64,200", "PORTRAITD_FORMATS": "png,webp", "PORTRAITD_WEBP_QUALITY": "10"]
        let changed = instance.environment.merging(settings) { $1 }
        let before = try get("64.webp").body.count
        let said = try Project.output(Project.portraitd, ["render"], environment: changed)
        #expect(said == "1 images rendered, 0 failed")
        #expect(instance.publicFiles.map { $0.split(separator: "/")[3] } == ["200.png"])
        let json = try instance.curl("/me/profileimage", token: token, "--header", "Accept: application/json").json
        #expect((json["imageUrl"] as? String)?.hasSuffix("\(folder)/200.png") == true)
        #expect(json["width"] as? Int == 200)

        _ = try Project.output(Project.portraitd, ["render", "--all"], environment: changed)
        let files = instance.publicFiles.map { $0.split(separator: "/")[3] }.sorted()
        #expect(files == ["200.png", "200.webp", "64.png", "64.webp"])
        #expect(try get("64.webp").body.count < before)
    }

    @Test func `render names an image without its master and goes on`() throws {
        try FileManager.default.removeItem(atPath: "\(instance.folder)/masters")
        _ = try instance.put(Photograph.small(turn: 1), token: instance.token("bob"))
        let log = LogFile(path: "\(instance.folder)/render.log")
        let render = try ChildProcess(
            Project.portraitd,
            ["render"],
            environment: instance.environment,
            errorOutput: log
        )
        #expect(render.wait() == 1)
        #expect(log.text.contains(folder.split(separator: "/")[1]))
    }
}
