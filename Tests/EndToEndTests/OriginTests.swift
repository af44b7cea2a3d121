import Foundation
import Testing

/// Pages of other origins, and clients on other machines.
@Suite struct OriginTests {
    private static let origin = "https://app.example"
    private let instance: Instance
    private let token: String

    init() throws {
        instance = try Instance(["PORTRAITD_CORS_ORIGINS": Self.origin])
        token = try instance.token("alice")
    }

    @Test func `an allowed page may read every answer, and caches separate the origins`() throws {
        let preflight = try get(
            "*/*",
            "--request",
            "OPTIONS",
            "--header",
            "Access-Control-Request-Method: PUT",
            "--header",
            "Access-Control-Request-Headers: authorization"
        )
        expectAllowed(preflight, status: 204, varying: ["origin"])
        #expect(preflight.headers["access-control-allow-methods"]?.contains("PUT") == true)
        #expect(preflight.headers["access-control-allow-headers"]?.lowercased().contains("authorization") == true)

        expectAllowed(try get("application/json"), status: 404, varying: ["origin"])
        let unauthorized = try instance.curl("/me/profileimage", "--header", "Origin: \(Self.origin)")
        expectAllowed(unauthorized, status: 401, varying: ["origin"])

        #expect(try instance.put(Photograph.small(), token: token).status == 201)
        for accept in ["application/json", "image/*", "text/plain"] {
            let answer = try get(accept)
            expectAllowed(answer, status: 200, varying: ["origin", "accept"])
            #expect(answer.headers["access-control-expose-headers"]?.contains("ETag") == true, "\(accept)")
            let tag = try #require(answer.headers["etag"])
            let unchanged = try get(accept, "--header", "If-None-Match: \(tag)")
            expectAllowed(unchanged, status: 304, varying: ["origin", "accept"])
            #expect(unchanged.headers["etag"] == tag)
            #expect(unchanged.body.isEmpty)
            let head = try get(accept, "--head")
            expectAllowed(head, status: 200, varying: ["origin", "accept"])
            #expect(head.headers["content-length"] == String(answer.body.count), "\(accept)")
            #expect(head.headers["content-type"] == answer.headers["content-type"], "\(accept)")
        }
    }

    @Test func `a foreign page may read nothing`() throws {
        #expect(try instance.put(Photograph.small(), token: token).status == 201)
        for origin in ["https://evil.example", "\(Self.origin).evil.example", "null", "http://app.example"] {
            let preflight = try get("*/*", origin: origin, "--request", "OPTIONS")
            let answers = try [preflight] + ["application/json", "image/*"].map { try get($0, origin: origin) }
            for answer in answers {
                #expect(!answer.fields.contains { $0.name.lowercased().hasPrefix("access-control-") }, "\(origin)")
                expectVary(answer, ["origin"])
            }
        }
    }

    @Test func `only this machine may ask for health and readiness`() throws {
        for path in ["/healthz", "/readyz"] {
            #expect(try instance.curl(path).status == 200)
            let answer = try instance.curl(path, "--interface", "127.0.0.2")
            #expect(answer.status == 403)
            #expect(answer.headers["content-type"] == "application/problem+json")
            #expect(answer.json["status"] as? Int == 403)
        }
        #expect(try instance.curl("/limits", "--interface", "127.0.0.2").status == 200)
    }

    private func get(_ accept: String, origin: String = Self.origin, _ arguments: String...) throws -> Curl.Answer {
        try Curl.send(
            ["--header", "Authorization: Bearer \(token)", "--header", "Accept: \(accept)"]
                + ["--header", "Origin: \(origin)"] + arguments + ["\(instance.url)/me/profileimage"]
        )
    }

    private func expectAllowed(_ answer: Curl.Answer, status: Int, varying: [String]) {
        #expect(answer.status == status)
        let allowed = answer.fields.filter { $0.name.lowercased() == "access-control-allow-origin" }.map(\.value)
        #expect(allowed == [Self.origin], "\(answer.fields)")
        expectVary(answer, varying)
    }

    /// Expects a single Vary field: nginx before 1.23 passes on only the first of several.
    private func expectVary(_ answer: Curl.Answer, _ names: [String]) {
        let fields = answer.fields.filter { $0.name.lowercased() == "vary" }.map { $0.value.lowercased() }
        let found = fields.first?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } ?? []
        #expect(fields.count == 1 && Set(found).isSuperset(of: names), "\(answer.fields)")
    }
}
