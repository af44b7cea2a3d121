import Foundation
import Testing

/// The security headers of every answer, from portraitd or from nginx.
@Suite struct SecurityHeaderTests {
    private static let promised = [
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "referrer-policy": "no-referrer",
        "server": "nginx",
    ]
    /// Fields that portraitd sends only to nginx.
    private static let internals = ["x-accel-redirect", "x-accel-expires", "x-powered-by", "status"]

    private let instance: Instance
    private let alice: String
    private let picture: String
    private let document: String

    init() throws {
        instance = try Instance(["PORTRAITD_DEFAULT_IMAGE": "identicon", "PORTRAITD_DIALECTS": "authgear"])
        alice = try instance.token("alice")
        picture = try #require(try instance.put(Photograph.small(), token: alice).json["id"] as? String)
        let form = ["--form", "file=<\(instance.folder)/jwt-secret;filename=a.html;type=text/html"]
        let sent = try Curl.send(
            ["--header", "Authorization: Bearer \(alice)"] + form + ["\(instance.url)/media?AdditionalType=Page"]
        )
        document = try #require(sent.json["identifier"] as? String)
    }

    @Test func `an answer of portraitd has each security header once`() throws {
        let refused = [("/me", 401), ("/uploads/x", 405), ("/nothing", 404)]
        let open = [("/limits", 200), ("/healthz", 200), ("/readyz", 200), ("/metrics", 200)]
        let drawn = [
            ("/avatar/0bc83cb571cd1c50ba6f3e8a78ef1346", 200), ("/avatar/0bc83cb571cd1c50ba6f3e8a78ef1346?d=404", 404),
        ]
        let rendered = [("/images/\(picture)/64.webp", 200), ("/images/\(picture)/65.jpg", 302)]
        for (path, status) in refused + open + drawn + rendered { try expect(path, status) }
        let own = [
            "/me", "/me/profileimage", "/media", "/media/\(document)", "/media/\(document)/base64", "/me/export",
            "/media/\(document)/download", "/media/\(picture)/download",
        ]
        for path in own { try expect(path, 200, token: alice) }
        for type in ["application/json", "image/*", "text/html"] {
            try expect("/me/profileimage", 200, token: alice, "--header", "Accept: \(type)")
        }
        let tag = try #require(try instance.curl("/me", token: alice).headers["etag"])
        try expect("/me", 304, token: alice, "--header", "If-None-Match: \(tag)")
        try expect("/me/profileimage", 204, token: alice, "--request", "DELETE")
    }

    @Test func `an answer of nginx has each security header once`() throws {
        let paths = [
            ("/openapi.json", 200), ("/images/\(picture)/512.jpg", 200), ("/images/\(picture)/512", 200),
            ("/images/x", 404),
        ]
        for (path, status) in paths { try expect(path, status) }
        try expect("/images/\(picture)/512.jpg", 405, "--request", "PUT")
        try expect("/images/\(picture)/512.jpg", 416, "--range", "9999999-")
        try expect("/\(String(repeating: "x", count: 40_000))", 414)
        check(try instance.curl("/me", upload: Data(count: 21_000_000)), 413, "a body that is too long")
        check(try instance.curl("/_images/x", upload: Data(count: 21_000_000)), 400, "the same for Authgear's clients")
        check(try RawRequest.send("GARBAGE\r\n\r\n", to: instance), 400, "no request")
        instance.stop()
        try expect("/limits", 502)
    }

    private func expect(_ path: String, _ status: Int, token: String? = nil, _ arguments: String...) throws {
        let authorization = token.map { ["--header", "Authorization: Bearer \($0)"] } ?? []
        check(try Curl.send(authorization + arguments + ["\(instance.url)\(path)"]), status, path)
    }

    private func check(_ answer: Curl.Answer, _ status: Int, _ name: String) {
        #expect(answer.status == status, "\(name.prefix(80))")
        for (field, value) in Self.promised {
            let values = answer.fields.filter { $0.name.lowercased() == field }.map(\.value)
            #expect(values == [value], "\(name.prefix(80)): \(field)")
        }
        let origins = answer.fields.filter { $0.name.lowercased() == "access-control-allow-origin" }
        #expect(origins.count <= 1, "\(name.prefix(80))")
        for field in Self.internals { #expect(answer.headers[field] == nil, "\(name.prefix(80)): \(field)") }
    }
}
