import Foundation
import HTTPTypes
import Logging
@testable import Server
import Testing

@Suite struct RoutingTests {
    private let app: TestApplication

    init() async throws {
        app = try await TestApplication(["PORTRAITD_CORS_ORIGINS": "https://app.test"])
    }

    @Test(arguments: [
        "/", "/you", "/me/profileimage/", "/users/a/b/profileimage", "/ME/profileimage", "//me/profileimage",
    ])
    func `an unknown path is 404`(_ target: String) throws {
        #expect(try app.send(.get, target, .user("alice")).status == .notFound)
    }

    @Test func `a malformed target is a 400 problem with the request id`() throws {
        let response = try app.send(.get, "/users/%zz/profileimage", .user("alice"))
        #expect(response.status == .badRequest)
        #expect(response.headerFields[.xRequestID] == "r1")
        #expect(response.headerFields[.contentType] == "application/problem+json")
    }

    @Test func `another method is 405 with Allow, without a credential check`() throws {
        let response = try app.send(.post, "/me/profileimage")
        #expect(response.status == .methodNotAllowed)
        #expect(response.headerFields[.allow] == "DELETE, GET, HEAD, OPTIONS, PUT")
        #expect(try app.send(.delete, "/limits").headerFields[.allow] == "GET, HEAD, OPTIONS")
    }

    @Test func `OPTIONS lists the methods`() throws {
        let response = try app.send(.options, "/users/a/profileimage")
        #expect(response.status == .noContent)
        #expect(response.headerFields[.allow] == "DELETE, GET, HEAD, OPTIONS, PUT")
        #expect(response.headerFields[.accessControlAllowOrigin] == nil)
    }

    @Test func `only a preflight of an allowed origin is answered`() throws {
        let preflight: HTTPFields = [.origin: "https://app.test", .accessControlRequestMethod: "PUT"]
        let response = try app.send(.options, "/me/profileimage", preflight)
        #expect(response.headerFields[.accessControlAllowOrigin] == "https://app.test")
        #expect(response.headerFields[.accessControlAllowMethods]?.contains("PUT") == true)
        #expect(response.headerFields[.accessControlAllowHeaders]?.contains("Authorization") == true)
        #expect(response.headerFields[.vary] == "Origin")
        let other = try app.send(.options, "/me/profileimage", preflight.with(.origin, "https://evil.test"))
        #expect(other.headerFields[.accessControlAllowOrigin] == nil)
        #expect(other.headerFields[.accessControlAllowMethods] == nil)
    }

    @Test func `an allowed origin can read errors`() throws {
        let response = try app.send(.get, "/me/profileimage", [.origin: "https://app.test"])
        #expect(response.status == .unauthorized)
        #expect(response.headerFields[.accessControlAllowOrigin] == "https://app.test")
        #expect(response.headerFields[.accessControlExposeHeaders]?.contains("ETag") == true)
    }

    @Test func `without the setting there is no CORS`() async throws {
        let closed = try await TestApplication()
        let response = try closed.send(.options, "/me/profileimage", [.origin: "https://app.test"])
        #expect(response.headerFields[.accessControlAllowOrigin] == nil)
        let open = try await TestApplication(["PORTRAITD_CORS_ORIGINS": "*"])
        let allowed = try open.send(.options, "/me/profileimage", [.origin: "https://any.test"])
        #expect(allowed.headerFields[.accessControlAllowOrigin] == "https://any.test")
    }

    @Test func `the answer of limits has the limits that a client can check`() throws {
        let response = try app.send(.get, "/limits")
        let limits = try #require(try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any])
        #expect(limits["maxBytes"] as? Int == 10_485_760)
        #expect(limits["maxPixels"] as? Int == 64_000_000)
        #expect(limits["maxWidth"] as? Int == 16_384)
        #expect(limits["maxHeight"] as? Int == 16_384)
        #expect(limits["maxAspect"] as? Int == 20)
        #expect(limits["maxFrames"] as? Int == 1000)
        let formats = ["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/heic"]
        #expect(limits["formats"] as? [String] == formats)
        #expect(limits["sides"] as? [Int] == [64, 128, 256, 512])
        #expect(limits["outputFormats"] as? [String] == ["image/jpeg", "image/webp", "image/avif"])
        #expect(limits["maxDocumentBytes"] as? Int == 10_485_760)
        #expect(limits["maxUserMedia"] == nil)
        #expect(limits["maxUserBytes"] == nil)
    }

    @Test func `the answer of limits has the quotas that are set`() async throws {
        let quotas = ["PORTRAITD_MAX_USER_MEDIA": "7", "PORTRAITD_MAX_USER_BYTES": "9000000"]
        let response = try await TestApplication(quotas).send(.get, "/limits")
        let limits = try #require(try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any])
        #expect(limits["maxUserMedia"] as? Int == 7)
        #expect(limits["maxUserBytes"] as? Int == 9_000_000)
    }

    @Test func `the answer of limits has HEIC if it is accepted`() async throws {
        for isAccepted in [true, false] {
            let app = try await TestApplication(["PORTRAITD_HEIC": String(isAccepted)])
            let body = String(decoding: try app.send(.get, "/limits").body, as: UTF8.self)
            #expect(body.replacing("\\/", with: "/").contains("\"image/heic\"") == isAccepted)
        }
    }

    @Test func `health always succeeds, and readiness fails if the store is not writable`() throws {
        #expect(try app.send(.get, "/healthz").status == .ok)
        #expect(try app.send(.get, "/readyz").status == .ok)
        try FileManager.default.removeItem(atPath: app.folder)
        let response = try app.send(.get, "/readyz")
        #expect(response.status == .serviceUnavailable)
        #expect(response.headerFields[.retryAfter] != nil)
        #expect(!String(decoding: response.body, as: UTF8.self).contains(app.folder))
        #expect(app.log.events.last?.metadata?["cause"] != nil)
        #expect(try app.send(.get, "/healthz").status == .ok)
    }

    @Test func `a fault is 500 without its cause, and the log names the cause once`() throws {
        _ = try app.send(.put, "/me/profileimage", .user("alice"), body: TestPicture.gif())
        try FileManager.default.removeItem(atPath: "\(app.folder)/public")
        let before = app.log.events.count
        let response = try app.send(.get, "/me/profileimage", .user("alice"))
        #expect(response.status == .internalServerError)
        #expect(!String(decoding: response.body, as: UTF8.self).contains("missing"))
        #expect(app.log.events.count == before + 1)
        #expect(app.log.events.last?.level == .error)
    }

    @Test func `the API's description has this version and exactly its operations`() async throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs/openapi.json")
        let description = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
        let paths = try #require(description?["paths"] as? [String: [String: Any]])
        let described = paths.flatMap { path, item in
            item.keys.filter { $0 != "parameters" }.map { "\($0.uppercased()) \(path)" }
        }
        let api = try await TestApplication().router.native
        let served = api.routes.flatMap { route in
            route.methods.map { "\($0.rawValue) \(route.template.text)" }
        }
        #expect(Set(described).subtracting(served) == [])
        #expect(Set(served).subtracting(described) == [])
        #expect((description?["info"] as? [String: Any])?["version"] as? String == Release.version)
    }
}
