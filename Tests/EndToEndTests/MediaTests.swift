import Foundation
import Testing

/// The media list through nginx, which sends the files.
@Suite struct MediaTests {
    private let instance: Instance
    private let alice: String

    init() throws {
        instance = try Instance(["PORTRAITD_KEEP_REPLACED": "10"])
        alice = try instance.token("alice")
    }

    private func post(_ type: String, _ file: Data, name: String) throws -> String {
        let path = "\(instance.folder)/upload"
        try file.write(to: URL(filePath: path))
        let answer = try instance.curl(
            "/media?AdditionalType=\(type)",
            token: alice,
            "--form",
            "file=@\(path);filename=\(name)"
        )
        #expect(answer.status == 200)
        return try #require(answer.json["identifier"] as? String)
    }

    @Test func `only the owner can download a document`() throws {
        let document = Data("<script>alert(1)</script>".utf8)
        let id = try post("Passport", document, name: "pass.html")
        let answer = try instance.curl("/media/\(id)/download", token: alice)
        #expect(answer.status == 200)
        #expect(answer.body == document)
        #expect(answer.headers["content-type"] == "application/octet-stream")
        #expect(answer.headers["content-disposition"] == "attachment; filename*=UTF-8''pass.html")
        #expect(answer.headers["x-content-type-options"] == "nosniff")
        #expect(answer.headers["cache-control"] == "private, no-cache")
        let folder = "documents/\(id.prefix(2))/\(id)/document"
        for path in [
            "/\(folder)", "/_portraitd/private/\(folder)", "/images/\(id)/64.jpg", "/images/\(id)/64",
            "/_portraitd/private/portraitd.sqlite",
        ] {
            #expect(try instance.curl(path).status == 404, "\(path)")
        }
        let bob = try instance.token("bob")
        #expect(try instance.curl("/media/\(id)/download", token: bob).status == 404)
        #expect(try instance.curl("/media/\(id)/download").status == 401)
        #expect(try instance.curl("/media/\(id)", token: alice, "--request", "DELETE").status == 204)
        #expect(!FileManager.default.fileExists(atPath: "\(instance.folder)/\(folder)"))
        #expect(try instance.curl("/media/\(id)/download", token: alice).status == 404)
    }

    @Test func `a replaced picture keeps its URL until it is deleted`() throws {
        let first = try post("ProfileImage", Photograph.small(), name: "one.jpg")
        let second = try post("ProfileImage", Photograph.small(), name: "two.jpg")
        for id in [first, second] {
            for side in ["512.jpg", "64.webp"] { #expect(try instance.curl("/images/\(id)/\(side)").status == 200) }
            let saved = try instance.curl("/media/\(id)/download", token: alice)
            #expect(Photograph.look(at: saved.body) != nil)
        }
        #expect(try instance.curl("/media/\(first)", token: alice, "--request", "DELETE").status == 204)
        #expect(try instance.isGone("\(instance.url)/images/\(first)/512.jpg"))
        #expect(try instance.curl("/images/\(second)/512.jpg").status == 200)
    }
}
