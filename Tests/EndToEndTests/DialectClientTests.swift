import Foundation
import TestSupport
import Testing

/// Third-party clients, with an instance behind nginx.
@Suite struct DialectClientTests {
    /// Creates users with portraitd's own API.
    private func instance(_ dialect: String, users: [(path: String, body: String)]) throws -> (Instance, key: String) {
        let instance = try Instance(["PORTRAITD_DIALECTS": dialect])
        let key = try Project.output(
            Project.portraitd,
            ["key", "create", "--scope", "admin"],
            environment: instance.environment
        )
        for user in users {
            let answer = try instance.curl(
                "/users/\(user.path)",
                token: key,
                "--request",
                "PUT",
                "--header",
                "Content-Type: application/json",
                "--data",
                user.body
            )
            try #require(answer.status == 201)
        }
        return (instance, key)
    }

    @Test func `Clerk's library sets, replaces, gets and deletes, and maps every refusal`() throws {
        let users = ["user_1", "user_2"].map { ($0, #"{"email":"\#($0)@example.com","fullName":"Test Clerk"}"#) }
        let (instance, _) = try instance("clerk", users: users)
        let key = try Project.output(
            Project.portraitd,
            ["key", "create", "--dialect", "clerk"],
            environment: instance.environment
        )
        let run = try Python.run("clerk_client.py", [instance.url, key, "user_1", "user_2"])
        #expect(run.status == 0, "\(run.output)\(instance.log)")
        #expect(!instance.log.contains("status=5"))
    }

    @Test func `Auth0's library sets, replaces, imports and reads, and maps every refusal`() throws {
        let (instance, key) = try instance(
            "auth0",
            users: [
                ("auth0%7Cu1", #"{"email":"ann@example.com"}"#),
                ("google-oauth2%7Cg1", #"{"email":"bob@example.com"}"#),
            ]
        )
        let reading = try Project.output(
            Project.portraitd,
            ["key", "create", "--scope", "profile:read"],
            environment: instance.environment
        )
        let run = try Python.run("auth0_client.py", [instance.url, key, reading, "auth0|u1", "google-oauth2|g1"])
        #expect(run.status == 0, "\(run.output)\(instance.log)")
        #expect(!instance.log.contains("status=5"))
    }

    /// The request heads of each language in the document: with the order, the case and the additions of its library.
    private static let heads = [
        "cURL": ["Authorization: Bearer KEY", "content-type: application/json", "Accept: */*"],
        "C#": [
            "authorization: Bearer KEY", "Accept: application/json, text/json", "Accept-Encoding: gzip, deflate",
            "Content-Type: application/json",
        ],
        "Go": [
            "User-Agent: Go-http-client/1.1", "Authorization: Bearer KEY", "Content-Type: application/json",
            "Accept-Encoding: gzip",
        ],
        "Java": ["content-type: application/json", "authorization: Bearer KEY", "accept-encoding: gzip"],
        "Node": [
            "Accept: application/json, text/plain, */*", "content-type: application/json", "authorization: Bearer KEY",
            "User-Agent: axios/0.21.1",
        ],
        "Objective-C": [
            "Content-Type: application/json", "Authorization: Bearer KEY", "Accept: */*", "Accept-Language: en-us",
            "Accept-Encoding: br, gzip, deflate",
        ],
        "PHP": [
            "Accept: */*", "Accept-Encoding: deflate, gzip", "authorization: Bearer KEY",
            "content-type: application/json",
        ],
        "Python": ["Accept-Encoding: identity", "authorization: Bearer KEY", "content-type: application/json"],
        "Ruby": [
            "Authorization: Bearer KEY", "Content-Type: application/json", "Accept: */*", "User-Agent: Ruby",
            "Accept-Encoding: gzip;q=1.0,deflate;q=0.6,identity;q=0.3",
        ],
        "Swift": [
            "content-type: application/json", "authorization: Bearer KEY", "Accept: */*",
            "User-Agent: app/1 CFNetwork/1128 Darwin/19", "Accept-Language: en-us",
        ],
    ]

    @Test func `A12 the sample request works from every language`() throws {
        let (instance, key) = try instance("auth0", users: [("auth0%7Cu1", #"{"email":"ann@example.com"}"#)])
        let body = #"{"user_metadata": {"picture": "https://example.com/some-image.png"}}"#
        let path = "/api/v2/users/auth0%7Cu1"
        for (language, head) in Self.heads {
            // In a shell, users paste the identifier without encoding it.
            let target = language == "cURL" ? "/api/v2/users/auth0|u1" : path
            let unset = #"{"user_metadata":{"picture":null}}"#
            let before = try instance.curl(path, token: key, "--request", "PATCH", "--json", unset)
            #expect((before.json["user_metadata"] as? [String: String])?.isEmpty == true)
            let answer = try RawRequest.send(
                "PATCH \(target) HTTP/1.1\r\nHost: tenant.example\r\n"
                    + head.joined(separator: "\r\n").replacing("KEY", with: key)
                    + "\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)",
                to: instance
            )
            #expect(answer.status == 200, "\(language)")
            let picture = (answer.json["user_metadata"] as? [String: String])?["picture"]
            #expect(picture == "https://example.com/some-image.png", "\(language)")
        }
    }

    @Test func `gql reads the schema, sets pictures, and maps every refusal`() async throws {
        let folder = try TemporaryFolder()
        let outcome = try await onThread {
            _ = try Python.run("authgear_key.py", [folder.path])
            let instance = try Instance([
                "PORTRAITD_DIALECTS": "authgear",
                "PORTRAITD_AUTHGEAR_APP": "myapp",
                "PORTRAITD_AUTHGEAR_ADMIN_JWKS_FILE": "\(folder.path)/jwks.json",
            ])
            let token = try instance.token("ann")
            _ = try instance.curl("/me", token: token)
            let key = "\(folder.path)/key.pem"
            return try Python.run("authgear.py", [instance.url, "myapp", key, "k1", "ann", token])
        }
        #expect(outcome.status == 0, "\(outcome.output)")
    }
}
