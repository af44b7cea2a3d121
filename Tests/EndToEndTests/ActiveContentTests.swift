import Foundation
import Testing

/// A browser never shows an upload as a page: hidden content is removed, or the file is served as a download.
@Suite struct ActiveContentTests {
    private static let script = Data("<html><script>alert(document.domain)</script></html>".utf8)

    private let instance: Instance
    private let alice: String

    init() throws {
        instance = try Instance()
        alice = try instance.token("alice")
    }

    /// Pictures that contain the tags of a page.
    private static func polyglots() throws -> [(name: String, bytes: Data)] {
        let length = UInt8(script.count)
        let gif = Data("GIF89a".utf8) + [1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff]
        let pixel = Data([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b])
        let jpeg = try Photograph.small()
        return [
            ("a comment of GIF", gif + [0x21, 0xfe, length] + script + [0] + pixel),
            ("behind a GIF", gif + pixel + script),
            ("a comment of JPEG", jpeg.prefix(2) + [0xff, 0xfe, 0, length + 2] + script + jpeg.dropFirst(2)),
            ("behind a JPEG", jpeg + script),
        ]
    }

    @Test func `a page inside a picture is not served`() throws {
        for (name, bytes) in try Self.polyglots() {
            let sent = try instance.curl(
                "/me/profileimage",
                token: alice,
                "--header",
                "Content-Type: text/html",
                upload: bytes
            )
            #expect((200...201).contains(sent.status), "\(name): \(sent.text)")
            let id = try #require(sent.json["id"] as? String)
            let paths = [
                "/images/\(id)/512.jpg", "/images/\(id)/64.webp", "/images/\(id)/64", "/me/profileimage",
                "/media/\(id)/download", "/media/\(id)/base64", "/media/\(id)/thumbnail",
            ]
            for path in paths {
                let answer = try instance.curl(path, token: alice, "--header", "Accept: text/html, image/*;q=0.9")
                #expect(answer.status == 200, "\(name): \(path)")
                #expect(!Self.isPage(answer), "\(name): \(path)")
                #expect(answer.body.range(of: Data("script".utf8)) == nil, "\(name): \(path)")
            }
            for file in instance.publicFiles {
                let stored = try Data(contentsOf: URL(filePath: "\(instance.folder)/public/\(file)"))
                #expect(stored.range(of: Data("script".utf8)) == nil, "\(name)")
            }
        }
    }

    @Test(arguments: [
        "<html><script>1</script></html>", "<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "%PDF-1.7",
    ])
    func `a page is not a picture, for any declared type`(_ text: String) throws {
        for type in ["image/png", "image/svg+xml", "text/html"] {
            let answer = try instance.curl(
                "/me/profileimage",
                token: alice,
                "--header",
                "Content-Type: \(type)",
                upload: Data(text.utf8)
            )
            #expect(answer.status == 415)
            #expect(!Self.isPage(answer))
        }
        #expect(instance.publicFiles.isEmpty)
    }

    @Test(arguments: ["text/html", "image/svg+xml", "application/xhtml+xml", "text/javascript"])
    func `a document with an active type is served as a download`(_ type: String) throws {
        let file = "\(instance.folder)/page"
        try Self.script.write(to: URL(filePath: file))
        let form = "file=@\(file);filename=page.html;type=\(type)"
        let sent = try instance.curl("/media?AdditionalType=Page", token: alice, "--form", form)
        let id = try #require(sent.json["identifier"] as? String)
        let saved = try instance.curl("/media/\(id)/download", token: alice, "--header", "Accept: text/html")
        #expect(saved.body == Self.script)
        #expect(saved.headers["content-disposition"]?.hasPrefix("attachment;") == true)
        #expect(!Self.isPage(saved))
        let paths = ["/media", "/media/\(id)", "/media/\(id)/base64", "/media/\(id)/thumbnail", "/images/\(id)/64.jpg"]
        for path in paths {
            let answer = try instance.curl(path, token: alice, "--header", "Accept: text/html")
            #expect(!Self.isPage(answer), "\(path)")
            #expect(answer.body.range(of: Data("<script>".utf8)) == nil, "\(path)")
        }
    }

    /// Whether a browser could show the answer as a page.
    private static func isPage(_ answer: Curl.Answer) -> Bool {
        let passive = [
            "image/", "text/plain", "application/json", "application/problem+json", "application/octet-stream",
        ]
        let type = answer.headers["content-type"] ?? ""
        return !passive.contains { type.hasPrefix($0) } || type.contains("svg")
            || answer.headers["x-content-type-options"] != "nosniff"
            || answer.headers["content-security-policy"] != "default-src 'none'; sandbox"
    }
}
