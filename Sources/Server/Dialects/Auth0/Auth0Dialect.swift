import HTTPTypes
import ProfileImages

/// Auth0's Management API (users, connections, imports), and a part of its Authentication API (access tokens for
/// applications, claims of users).
struct Auth0Dialect: Sendable {
    let apis: [API]

    init(services: Services, authenticator: Authenticator, settings: ServiceSettings) {
        let shown = Auth0Profiles(
            profiles: services.profiles,
            identities: services.identities,
            imports: services.imports,
            publicURL: PublicURL(fixed: settings.publicURL)
        )
        let users = Auth0UserHandlers(profiles: services.profiles, shown: shown)
        let connections = Auth0ConnectionHandlers(identities: services.identities)
        let jobs = Auth0JobHandlers(bulk: services.bulk)
        let tokens = Auth0TokenHandlers(authenticator: authenticator, uploads: services.uploads)
        let info = Auth0UserInfoHandlers(profiles: services.profiles, shown: shown, rules: settings.dialects.auth0)
        let avatars = Auth0AvatarHandlers(
            defaults: services.defaults,
            drawing: services.drawing,
            maxAge: settings.avatars.maxAge
        )
        let authentication = Auth0Authentication(authenticator: authenticator, uploads: services.uploads)
        let management = API(
            [
                Route(
                    "/api/v2/users/{id}",
                    [.get: .authenticated(users.get), .patch: .authenticated(users.patch)]
                ),
                Route(
                    "/api/v2/connections/{id}",
                    [.get: .authenticated(connections.get), .patch: .authenticated(connections.patch)]
                ),
                Route("/api/v2/jobs/users-imports", [.post: .authenticated(jobs.post)]),
                Route("/api/v2/jobs/{id}", [.get: .authenticated(jobs.get)]),
                Route("/api/v2/jobs/{id}/errors", [.get: .authenticated(jobs.errors)]),
            ],
            owns: { $0.starts(with: ["api", "v2"]) },
            authenticate: authentication.principal(of:),
            answer: { problem, _ in Auth0Error(problem: problem).management },
            cors: settings.cors
        )
        let authenticationAPI = API(
            [
                Route("/oauth/token", [.post: .open(tokens.post)]),
                Route("/userinfo", [.get: .authenticated(info.get), .post: .authenticated(info.get)]),
                Route("/userinfo/preview", [.get: .authenticated(info.preview)]),
                Route("/avatars/{file}", [.get: .open(avatars.get)]),
            ],
            owns: { $0 == ["oauth", "token"] || $0.first == "userinfo" || $0.first == "avatars" },
            authenticate: authentication.principal(of:),
            answer: { problem, _ in Auth0Error(problem: problem).authentication },
            cors: settings.cors
        )
        apis = [management, authenticationAPI]
    }
}

/// Auth0's credentials: an access token from `/oauth/token`, a JSON Web Token, or an API key.
private struct Auth0Authentication: Sendable {
    let authenticator: Authenticator
    let uploads: UploadService

    func principal(of request: Request) throws -> Principal {
        let credential = request.head.headerFields[.authorization].flatMap(BearerCredential.init)
        guard let token = credential.flatMap({ AccessToken(rawValue: $0.token) }) else {
            return try authenticator.authenticate(request)
        }
        guard let keyID = try token.keyID(secrets: uploads.secrets()),
            let principal = try authenticator.application(keyID: keyID)
        else { throw Problem.unauthorized("Invalid token", error: "invalid_token") }
        return principal
    }
}
