import Foundation
import Testing

@Suite struct NginxRefusalTests {
    /// Requests that nginx refuses without portraitd.
    private static let requests: KeyValuePairs = [
        "no request line": "GARBAGE\r\n\r\n",
        "no target": "GET\r\n\r\n",
        "no version": "GET /limits HTTP\r\nHost: a\r\n\r\n",
        "a method in lower case": "get /limits HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "a broken escape": "GET /users/%zz/profileimage HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "NUL in the path": "GET /%00 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "NUL in a picture's path": "GET /images/%00.jpg HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "a path above the root": "GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "an escaped path above the root":
            "GET /images/%2e%2e/%2e%2e/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "a header that is too long":
            "GET /limits HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: \(String(repeating: "x", count: 40_000))\r\n\r\n",
        "headers that are too long":
            "GET /limits HTTP/1.1\r\nHost: a\r\n\(String(repeating: "X: 7 bytes\r\n", count: 4000))\r\n",
        "a target that is too long":
            "GET /\(String(repeating: "x", count: 40_000)) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "TRACE": "TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "TRACE of the resource": "TRACE /me/profileimage HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "OPTIONS of the server": "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "CONNECT": "CONNECT a:80 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "CONNECT of a path": "CONNECT /limits HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "no Host": "GET /limits HTTP/1.1\r\nConnection: close\r\n\r\n",
        "two Hosts": "GET /limits HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
        "a malformed Host": "GET /limits HTTP/1.1\r\nHost: a/../b\r\nConnection: close\r\n\r\n",
        "a length that is no number": "PUT /me/profileimage HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        "a negative length": "PUT /me/profileimage HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "two lengths": "PUT /me/profileimage HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        "a length and chunks":
            "PUT /me/profileimage HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "an unknown transfer coding": "PUT /me/profileimage HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
        "a malformed chunk":
            "PUT /me/profileimage HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        "a body that is too long": "PUT /me/profileimage HTTP/1.1\r\nHost: a\r\nContent-Length: 21000000\r\n\r\n",
    ]

    private let instance: Instance

    init() throws {
        instance = try Instance()
    }

    @Test func `a request that nginx refuses is answered with a 4xx problem`() throws {
        for (name, request) in Self.requests {
            let answer = try RawRequest.send(request, to: instance)
            // RFC 9112 §6.1: 501 for an unknown transfer coding.
            #expect((400...499).contains(answer.status) || answer.status == 501, "\(name): \(answer.status)")
            expectProblem(answer, name)
        }
        #expect(try instance.curl("/limits").status == 200)
    }

    @Test func `failed conditions and ranges are answered with a problem`() throws {
        let url = try #require(
            try instance.put(Photograph.small(), token: instance.token("alice")).json["imageUrl"] as? String
        )
        let cases = [
            (416, "Range: bytes=99999999-"), (412, "If-Match: \"other\""),
            (412, "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT"),
        ]
        for (status, header) in cases {
            let answer = try Curl.send(["--header", header, url])
            #expect(answer.status == status, "\(header)")
            #expect(answer.headers["cache-control"]?.contains("immutable") != true, "\(header)")
            expectProblem(answer, header)
        }
    }

    private func expectProblem(_ answer: Curl.Answer, _ name: String) {
        let isProblem = answer.headers["content-type"] == "application/problem+json"
        let saysWhat = answer.json["status"] as? Int == answer.status && answer.json["detail"] is String
        #expect(isProblem && saysWhat, "\(name): \(answer.status) \(answer.headers) \(answer.text)")
    }
}
