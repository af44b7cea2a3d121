import Foundation
import HTTPTypes
import ProfileImages
@testable import Server
import Storage
import Testing

/// The pseudonyms that replace user ids in public values.
@Suite struct PseudonymTests {
    /// The values that one installation shows of the user "12345" in each dialect.
    private func shown(_ environment: [String: String] = [:]) async throws -> [String: String] {
        let settings = [
            "PORTRAITD_DIALECTS": "clerk,serverpod", "PORTRAITD_DEFAULT_IMAGE": "identicon",
            "PORTRAITD_CREATE_PROFILES": "on-first-use",
        ]
        let app = try await TestApplication(settings.merging(environment) { $1 })
        let admin = HTTPFields.user("root", scope: "admin").with(.contentType, "application/json")
        let body = Array(#"{"email":"a@example.com"}"#.utf8)
        let native = try app.send(.put, "/users/12345", admin, body: body).object
        let token = APIKeyToken.random(prefix: "sk_live_")
        try app.metadata.write {
            try $0.addAPIKey(token.stored(name: "", scopes: [.admin], createdAt: .now), by: .test)
        }
        let clerk = try app.send(.get, "/v1/users/12345", .bearer(token.rawValue)).object
        let serverpod = try app.call("get", "{}", of: "userProfile", .user("12345")).object
        let image = try #require((clerk["image_url"] as? String).flatMap { URL(string: $0) }?.lastPathComponent)
        guard case .drawn(_, let rid)? = ClerkImageURL(image) else { throw TestFailure() }
        return [
            "imageUrl": try #require(native["imageUrl"] as? String), "rid": rid,
            "address": try #require(clerk["primary_email_address_id"] as? String),
            "authUserId": try #require(serverpod["authUserId"] as? String),
        ]
    }

    private struct TestFailure: Error {}

    @Test func `installations have different pseudonyms, which need the secret`() async throws {
        let (one, other) = (try await shown(), try await shown())
        let unkeyed = try await shown(["PORTRAITD_PSEUDONYMS": "unkeyed"])
        for (name, value) in one {
            #expect(value != other[name], "\(name)")
            #expect(value != unkeyed[name], "\(name)")
            #expect(!value.contains("12345"), "\(name)")
        }
    }

    @Test func `unkeyed pseudonyms are those of earlier versions`() async throws {
        let seed = "97830232a0e63a44de418f1b52ccff7f"
        let unkeyed = try await shown(["PORTRAITD_PSEUDONYMS": "unkeyed"])
        #expect(unkeyed["imageUrl"]?.hasPrefix("https://images.test/avatar/\(seed)?d=identicon") == true)
        #expect(unkeyed["rid"] == seed)
        #expect(unkeyed["address"] == "idn_email_\(seed)")
        #expect(unkeyed["authUserId"] == "1aaad757-a5ff-5cc0-bfc5-5c05067de137")
    }
}
