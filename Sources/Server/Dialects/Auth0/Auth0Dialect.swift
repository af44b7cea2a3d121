import HTTPTypes
import ProfileImages

/// Auth0's Management API for users, connections and imports, and of its Authentication API the tokens of applications and
/// the claims of users.
struct Auth0Dialect: Dialect {
    let resources: [Resource]
    let cors: CORSPolicy
    private let authenticator: Authenticator
    private let uploads: UploadService

    init(services: Services, authenticator: Authenticator, settings: Settings) {
        self.authenticator = authenticator
        uploads = services.uploads
        cors = settings.cors
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
        let info = Auth0UserInfoHandlers(profiles: services.profiles, shown: shown, rules: settings.pictureRules)
        let avatars = Auth0AvatarHandlers(
            defaults: services.defaults,
            drawing: services.drawing,
            maxAge: settings.avatars.maxAge
        )
        resources = [
            Resource("/api/v2/users/{id}", [.get: .authenticated(users.get), .patch: .authenticated(users.patch)]),
            Resource(
                "/api/v2/connections/{id}",
                [.get: .authenticated(connections.get), .patch: .authenticated(connections.patch)]
            ),
            Resource("/api/v2/jobs/users-imports", [.post: .authenticated(jobs.post)]),
            Resource("/api/v2/jobs/{id}", [.get: .authenticated(jobs.get)]),
            Resource("/api/v2/jobs/{id}/errors", [.get: .authenticated(jobs.errors)]),
            Resource("/oauth/token", [.post: .open(tokens.post)]),
            Resource("/userinfo", [.get: .authenticated(info.get), .post: .authenticated(info.get)]),
            Resource("/userinfo/preview", [.get: .authenticated(info.preview)]),
            Resource("/avatars/{file}", [.get: .open(avatars.get)]),
        ]
    }

    func owns(_ path: [String]) -> Bool {
        path.starts(with: ["api", "v2"]) || path == ["oauth", "token"] || path.first == "userinfo"
            || path.first == "avatars"
    }

    /// An access token of `/oauth/token`, a JSON Web Token, or an API key itself.
    func authenticate(_ request: Request) throws -> Principal {
        let credential = request.head.headerFields[.authorization].flatMap(BearerCredential.init)
        guard let token = credential.flatMap({ AccessToken(rawValue: $0.token) }) else {
            return try authenticator.authenticate(request)
        }
        guard let keyID = try token.keyID(secrets: uploads.secrets()),
            let principal = try authenticator.application(keyID: keyID)
        else { throw Problem.unauthorized("Invalid token", error: "invalid_token") }
        return principal
    }

    func response(to problem: Problem, of request: Request) -> Response {
        let error = Auth0Error(problem: problem)
        return request.segments.first == "api" ? error.management : error.authentication
    }
}
