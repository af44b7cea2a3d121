import HTTPTypes
@testable import Server
import Testing

/// All dialects at the same time, as in `make run`.
@Suite struct AllDialectsTests {
    private let app: TestApplication

    init() async throws {
        app = try await TestApplication(["PORTRAITD_DIALECTS": "clerk,auth0,authgear,serverpod,profile-service"])
    }

    /// The text of a refusal shows which dialect answers; each dialect's own tests check the details.
    @Test(
        arguments: [
            (.get, "/v1/users/a", 401, "application/json", "\"authentication_invalid\""),
            (.delete, "/v1/me/profile_image", 401, "application/json", "\"authentication_invalid\""),
            (.get, "/eyJ0eXBlIjoxfQ", 404, "application/json", "\"image_not_found\""),
            (.get, "/api/v2/users/auth0%7Cu1", 401, "application/json; charset=utf-8", "\"statusCode\":401"),
            (.get, "/userinfo", 401, "application/json; charset=utf-8", "\"invalid_token\""),
            (.get, "/oauth2/userinfo", 401, "application/json", "\"Unauthorized\""),
            (.post, "/_api/admin/graphql", 403, "text/plain; charset=utf-8", "Forbidden\n"),
            (.get, "/_images/a/b/profile", 404, nil, ""),
            (.post, "/userProfile/get", 401, nil, ""),
            (.post, "/serverpod_auth_core.userProfileInfo/get", 401, nil, ""),
            (
                .get, "/serverpod_cloud_storage?method=file&path=x", 404, "text/plain; charset=utf-8",
                "File not found: x"
            ),
            (.get, "/profile/me", 401, "application/problem+json", "\"unauthorized\""),
            (.get, "/me", 401, "application/problem+json", "\"unauthorized\""),
            (.get, "/me/profileimage", 401, "application/problem+json", "\"unauthorized\""),
            (.get, "/media", 401, "application/problem+json", "\"unauthorized\""),
            (.get, "/avatar/00000000000000000000000000000000?d=404", 404, "application/problem+json", "\"no-avatar\""),
            (.get, "/nothing", 404, "application/problem+json", "\"not-found\""),
        ] as [(HTTPRequest.Method, String, Int, String?, String)]
    )
    func `no dialect answers a path of another dialect`(
        _ method: HTTPRequest.Method,
        _ target: String,
        _ status: Int,
        _ type: String?,
        _ words: String
    ) throws {
        let answer = try app.send(method, target)
        #expect(answer.status.code == status)
        #expect(answer.headerFields[.contentType] == type)
        #expect(words.isEmpty ? answer.body.isEmpty : answer.text.contains(words))
    }
}
