import Foundation
import Testing

/// Line breaks, paths and lengths that try to inject a second header, path or request, through nginx.
@Suite struct InjectionTests {
    private let instance: Instance
    private let alice: String

    init() throws {
        instance = try Instance(["PORTRAITD_AVATAR_REDIRECT_HOSTS": "example.com", "PORTRAITD_REMOTE_USER": "true"])
        alice = try instance.token("alice")
    }

    @Test func `a line break in a name, identifier or URL starts no header or log line`() throws {
        let broken = "x%0d%0aSet-Cookie:%20stolen=1%0d%0a%0d%0alevel=error"
        let paths = [
            "/users/\(broken)", "/users/\(broken)/profileimage/import", "/users/bob/identities/\(broken)",
            "/media/\(broken)/download", "/uploads/\(broken)", "/images/\(broken)/64.jpg", "/avatar/\(broken)",
            "/avatar/x?d=https://example.com/\(broken)", "/me?\(broken)", "/\(broken)", "/avatars/\(broken)",
            "/_images/\(broken)",
            "/users/%E2%80%A8level=error%22%20status=200",
        ]
        for path in paths {
            for method in ["GET", "POST"] {
                let answer = try instance.curl(
                    path,
                    token: alice,
                    "--request",
                    method,
                    "--data",
                    #"{"url":"http://a.example"}"#
                )
                #expect(answer.status > 0 && answer.headers["set-cookie"] == nil, "\(path)")
            }
        }
        for field in ["X-Request-ID: a level=error", "traceparent: 00-\" status=200", "X-Forwarded-Host: evil.example"]
        {
            let answer = try instance.curl("/me", token: alice, "--header", field)
            #expect(answer.headers["x-request-id"]?.count == 32, "\(field)")
            #expect(!answer.text.contains("evil.example"))
        }
        let lines = instance.log.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        #expect(lines.count > 20)
        for line in lines { #expect(line.contains(/^<[2-7]>level=[a-z]+ msg=/), "\(line)") }
        #expect(!instance.log.contains(" level=error") && !instance.log.contains("stolen=1 "))
    }

    @Test(arguments: [
        #"a\r\nSet-Cookie: stolen=1"#, #"a"; filename=b.html; x=""#, "../../../../run/portraitd.sock", #"..\..\a.html"#,
        "\u{202E}lmth.a", "a\u{0}b",
    ])
    func `a file's name stays one parameter of one header`(_ name: String) throws {
        let escaped = name.replacing(#"\r\n"#, with: "\r\n")
        let body =
            "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n\(escaped)\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name.replacing("\"", with: "%22"))\"\r\n\r\n"
            + "text\r\n--b--\r\n"
        let file = "\(instance.folder)/form"
        try Data(body.utf8).write(to: URL(filePath: file))
        let sent = try instance.curl(
            "/media?AdditionalType=Note",
            token: alice,
            "--header",
            "Content-Type: multipart/form-data; boundary=b",
            "--data-binary",
            "@\(file)"
        )
        let id = try #require(sent.json["identifier"] as? String, "\(sent.text)")
        let answer = try instance.curl("/media/\(id)/download", token: alice)
        #expect(answer.text == "text")
        #expect(answer.headers["set-cookie"] == nil)
        let disposition = answer.headers["content-disposition"] ?? ""
        #expect(
            disposition.wholeMatch(of: /attachment; filename\*=UTF-8''[A-Za-z0-9!#$&+.^_`|~%-]+/) != nil,
            "\(disposition)"
        )
    }

    @Test func `no path leaves its folder`() throws {
        let climbs = ["..", "%2e%2e", "..%2f..", "..%5c..", "%2e%2e%2f%2e%2e", "....//", "%252e%252e", "..;"]
        let files = ["portraitd.sqlite", "jwt-secret", "../../../../../etc/passwd"]
        let bases = ["", "/images/ab", "/media", "/avatar", "/_portraitd", "/_portraitd/private/documents"]
        for (number, base) in bases.enumerated() {
            for climb in climbs {
                let path = "\(base)/\(climb)/\(climb)/\(files[number % files.count])"
                let answer = try instance.curl(path, token: alice)
                #expect([400, 403, 404].contains(answer.status), "\(path): \(answer.status)")
                for secret in ["SQLite format", "secret of the tests", "root:"] {
                    #expect(!answer.text.contains(secret), "\(path)")
                }
            }
        }
    }

    /// A proxy in front of nginx may read another body length than nginx; the second request must not be served.
    @Test func `a request inside the body of another is not served`() throws {
        #expect(try instance.put(Photograph.small(), token: alice).status == 201)
        let hidden = "DELETE /me/profileimage HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(alice)\r\n\r\n"
        let ends = "0\r\n\r\n\(hidden)"
        let heads = [
            "Content-Length: \(ends.utf8.count)\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 4",
            "Content-Length: \(ends.utf8.count)\r\nTransfer-Encoding: xchunked", "Content-Length: \(ends.utf8.count)",
            "Content-Length: \(ends.utf8.count)\r\nTransfer-Encoding : chunked",
            "Content-Length: \(ends.utf8.count)\r\nX: y\r\n Transfer-Encoding: chunked",
            "Content-Length: \(ends.utf8.count)\r\nTransfer-Encoding:\u{0B}chunked",
            "Transfer-Encoding: chunked, identity", "Transfer-Encoding: identity, chunked",
            "Transfer-Encoding: \"chunked\"",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
            "Content-Length: \(ends.utf8.count), 0", "Content-Length: +0", "Content-Length: 0x0", "Content-Length: 0 0",
            "Content-Length: \(ends.utf8.count)\r\nContent-Length: 0", "Content-Length: 18446744073709551616",
        ]
        for head in heads {
            _ = try RawRequest.send("PUT /uploads/x HTTP/1.1\r\nHost: a\r\n\(head)\r\n\r\n\(ends)", to: instance)
        }
        #expect(!instance.log.contains("method=DELETE"))
        #expect(try instance.curl("/me/profileimage", token: alice).status == 200)
    }

    /// A refusal leaves the body unread on a kept connection: no byte of it may become parameters.
    @Test(arguments: [0, 8_000, 70_000, 2_000_000])
    func `FastCGI records in a body are not a request`(_ filler: Int) throws {
        #expect(try instance.put(Photograph.small(), token: alice).status == 201)
        var records = Data([1, 1, 0, 1, 0, 8, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0])
        let variables = ["REQUEST_METHOD": "DELETE", "REQUEST_URI": "/me/profileimage", "REMOTE_USER": "alice"]
        let pairs = variables.map {
            Data([UInt8($0.key.utf8.count), UInt8($0.value.utf8.count)]) + Data(($0.key + $0.value).utf8)
        }
        .reduce(Data(), +)
        records +=
            Data([1, 4, 0, 1, 0, UInt8(pairs.count), 0, 0]) + pairs
            + Data([1, 4, 0, 1, 0, 0, 0, 0, 1, 5, 0, 1, 0, 0, 0, 0])
        let body = Data(count: filler) + (0..<20).map { _ in records }.reduce(Data(), +)
        for _ in 0..<3 {
            #expect(try instance.curl("/me/profileimage", upload: body).status == 401)
            #expect(try instance.curl("/me/profileimage", token: alice).status == 200)
        }
        #expect(!instance.log.contains("method=DELETE"))
        #expect(!instance.log.contains("status=5"))
    }
}
