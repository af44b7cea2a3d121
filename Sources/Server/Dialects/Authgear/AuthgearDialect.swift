import FoundationEssentials
import HTTPTypes
import Imaging
import ProfileImages
import Threads

/// Authgear's Admin API, as far as it is about pictures and attributes: an upload by a signed URL, GraphQL that gives what was
/// uploaded to a user, the pictures, and OpenID Connect's UserInfo.
struct AuthgearDialect: Dialect {
    /// How far an administrator's clock may be off, in seconds.
    private static let leeway = 300

    let resources: [Resource]
    /// Pages of other origins upload to signed URLs, and show pictures. No credential comes by itself.
    let cors = CORSPolicy(allowedOrigins: ["*"])
    private let authenticator: Authenticator
    private let administrators: TokenVerifier

    init(
        services: Services,
        authenticator: Authenticator,
        adminKeys: Reloadable<TokenKeys>,
        settings: Settings,
        memory: MemoryBudget
    ) {
        self.authenticator = authenticator
        let app = settings.authgear.app
        administrators = TokenVerifier(
            keys: adminKeys,
            policy: TokenPolicy(
                issuer: nil,
                audience: app,
                leeway: Self.leeway,
                requiresExpiry: false,
                requiresKeyID: true,
                algorithm: "RS256"
            )
        )
        let publicURL = PublicURL(fixed: settings.publicURL)
        let uploads = AuthgearUploads(
            app: app,
            staging: services.staging,
            service: services.uploads,
            profiles: services.profiles,
            lifetime: settings.uploads.lifetime,
            publicURL: publicURL,
            pictures: UploadReader(maxBytes: AuthgearUploads.maxBytes, memory: memory, observer: services.metrics)
        )
        let images = AuthgearImages(app: app, variants: services.variants)
        let graphQL = AuthgearGraphQL(app: app, services: services, publicURL: publicURL)
        let userInfo = AuthgearUserInfo(app: app, profiles: services.profiles, publicURL: publicURL)
        resources = [
            Resource(
                "/_api/admin/images/upload",
                [.get: .authenticated(uploads.allow), .post: .authenticated(uploads.allow)]
            ),
            Resource("/_api/admin/graphql", [.post: .authenticated(graphQL.post)]),
            Resource("/api/images/upload", [.post: .authenticated(uploads.allowOwn)]),
            Resource("/_images/{app}/{object}", [.post: .open(uploads.receive)]),
            Resource("/_images/{app}/{object}/{option}", [.get: .open(images.get)]),
            Resource(
                "/oauth2/userinfo",
                [.get: .authenticated(userInfo.get), .post: .authenticated(userInfo.get)]
            ),
        ]
    }

    func owns(_ path: [String]) -> Bool {
        ["_api", "_images"].contains(path.first)
            || [["api", "images", "upload"], ["oauth2", "userinfo"]].contains(path)
    }

    func authenticate(_ request: Request) throws -> Principal {
        guard request.segments.first == "_api" else { return try authenticator.authenticate(request) }
        let parts = (request.head.headerFields[.authorization] ?? "").split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer",
            (try? administrators.claims(provenBy: String(parts[1]))) != nil
        else { throw Problem.forbidden("Forbidden") }
        return .application(keyID: "authgear", [.admin])
    }

    func response(to problem: Problem, of request: Request) -> Response {
        switch request.segments.first {
        case "_api": administratorsAnswer(to: problem)
        case "_images" where request.head.method != .post:
            Response(problem.status, headerFields: problem.headerFields)
        default: problem.authgearResponse()
        }
    }

    private func administratorsAnswer(to problem: Problem) -> Response {
        let isText = [.forbidden, .notFound, .methodNotAllowed, .unsupportedMediaType].contains(problem.status)
        var response = isText ? text(problem) : problem.authgearResponse()
        response.headerFields.append(contentsOf: HTTPFields.authgearAdmin)
        return response
    }

    private func text(_ problem: Problem) -> Response {
        var response = Response(
            problem.status,
            headerFields: problem.headerFields,
            body: Array("\(problem.status.reasonPhrase)\n".utf8)
        )
        response.headerFields[.contentType] = "text/plain; charset=utf-8"
        return response
    }
}

extension HTTPFields {
    /// What every answer to an administrator has.
    static let authgearAdmin: HTTPFields = [
        .cacheControl: "no-store", .xContentTypeOptions: "nosniff", .xFrameOptions: "DENY",
    ]
}
