import Crypto
import CryptoExtras
import Foundation
import HTTPTypes
import ProfileImages
@testable import Server
import Testing

/// A service with Authgear's dialect, and the requests of an administrator's backend.
final class AuthgearClient {
    private static let key = Result { try _RSA.Signing.PrivateKey(keySize: .bits2048) }

    let app: TestApplication
    private let admin: HTTPFields

    init(_ environment: [String: String] = [:]) async throws {
        let keys = try JSONWebKeySet(Data(TestKeys.jwks(Self.key.get().publicKey).utf8))
        let defaults = ["PORTRAITD_DIALECTS": "authgear", "PORTRAITD_AUTHGEAR_APP": "myapp"]
        app = try await TestApplication(
            defaults.merging(environment) { $1 },
            authgearKeys: await keys.verificationKeys()
        )
        admin = .bearer(try Self.token())
    }

    /// A token like the one in the documentation.
    static func token(_ claims: String? = nil, header: String = #"{"alg":"RS256","typ":"JWT","kid":"rsa"}"#) throws
        -> String
    {
        let now = Int(Date.now.timeIntervalSince1970)
        let claims = claims ?? #"{"aud":["myapp"],"iat":\#(now),"exp":\#(now + 300)}"#
        let input = "\(TestToken.base64URL(Data(header.utf8))).\(TestToken.base64URL(Data(claims.utf8)))"
        let digest = SHA256.hash(data: Data(input.utf8))
        let signature = try key.get().signature(for: digest, padding: .insecurePKCS1v1_5).rawRepresentation
        return "\(input).\(TestToken.base64URL(signature))"
    }

    /// Creates a user.
    func makeUser(_ name: String, _ attributes: String = "{}") throws {
        let fields = HTTPFields.user("root", scope: "admin").with(.contentType, "application/json")
        #expect(try app.send(.put, "/users/\(name)", fields, body: Array(attributes.utf8)).status == .created)
    }

    /// The path and query of a new upload URL.
    func uploadTarget() throws -> String {
        let answer = try app.send(.get, "/_api/admin/images/upload", admin)
        let result = try #require(try answer.object["result"] as? [String: String])
        return String(try #require(result["upload_url"]).dropFirst("https://images.test".count))
    }

    func send(_ parts: [(name: String, filename: String?, content: [UInt8])], to target: String) throws -> Response {
        try app.send(.post, target, [.contentType: TestForm.contentType], body: TestForm.body(parts))
    }

    /// Uploads a picture, and returns its name.
    func upload(_ picture: [UInt8] = TestPicture.gif()) throws -> String {
        let answer = try send([("file", "me.gif", picture)], to: uploadTarget())
        #expect(answer.status == .ok)
        return try #require((try answer.object["result"] as? [String: String])?["url"])
    }

    /// The answer to a GraphQL request.
    func query(_ document: String, _ variables: [String: Any] = [:]) throws -> [String: Any] {
        let body = try JSONSerialization.data(withJSONObject: ["query": document, "variables": variables])
        let answer = try post(Array(body))
        #expect(answer.status == .ok)
        return try answer.object
    }

    func post(_ body: [UInt8], _ contentType: String = "application/json") throws -> Response {
        try app.send(.post, "/_api/admin/graphql", admin.with(.contentType, contentType), body: body)
    }

    /// Sets all of a user's standard attributes, and returns the answer.
    func setAttributes(_ attributes: [String: Any], of user: String) throws -> [String: Any] {
        let document = """
            mutation ($id: ID!, $attributes: UserStandardAttributes) {
              updateUser(input: {userID: $id, standardAttributes: $attributes}) {
                user { id standardAttributes updatedAt }
              }
            }
            """
        return try query(document, ["id": Self.nodeID(user), "attributes": attributes])
    }

    /// The standard attributes that the API shows of a user.
    func attributes(of user: String) throws -> [String: Any] {
        let document = "query ($id: ID!) { node(id: $id) { ... on User { standardAttributes } } }"
        let data = try #require(try query(document, ["id": Self.nodeID(user)])["data"] as? [String: Any])
        return try #require((data["node"] as? [String: Any])?["standardAttributes"] as? [String: Any])
    }

    static func nodeID(_ user: String) -> String {
        TestToken.base64URL(Data("User:\(user)".utf8))
    }

    /// The path of a picture's URL with another option.
    static func path(_ url: String, _ option: String) -> String {
        "\(url.replacing("authgearimages:///", with: "/_images/"))/\(option)"
    }
}

extension [String: Any] {
    /// The first of a response's errors.
    var error: [String: Any]? {
        (self["errors"] as? [[String: Any]])?.first
    }

    /// The reason of the first error.
    var reason: String? {
        (error?["extensions"] as? [String: Any])?["reason"] as? String
    }
}
