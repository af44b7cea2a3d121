import FoundationEssentials
import HTTPTypes
import Imaging
import ProfileImages
import Threads

/// Authgear's Admin API for pictures and attributes (pre-signed upload URLs, GraphQL), its picture URLs, and the
/// UserInfo endpoint of OpenID Connect.
struct AuthgearDialect: Sendable {
    let apis: [API]

    init(
        services: Services,
        authenticator: Authenticator,
        adminKeys: Reloadable<TokenKeys>,
        settings: ServiceSettings,
        memory: MemoryBudget
    ) {
        let app = settings.dialects.authgear.app
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
        // Pages of all origins may upload to pre-signed URLs and show pictures: these APIs use no cookies, so a browser
        // adds no credential to a request.
        let cors = CORSPolicy(allowedOrigins: ["*"])
        let admin = API(
            [
                Route(
                    "/_api/admin/images/upload",
                    [.get: .authenticated(uploads.allow), .post: .authenticated(uploads.allow)]
                ),
                Route("/_api/admin/graphql", [.post: .authenticated(graphQL.post)]),
            ],
            owns: { $0.first == "_api" },
            authenticate: AuthgearAdministrators(app: app, keys: adminKeys).principal(of:),
            answer: { problem, _ in problem.authgearAdminResponse },
            cors: cors
        )
        let pictures = API(
            [
                Route("/_images/{app}/{object}", [.post: .open(uploads.receive)]),
                Route("/_images/{app}/{object}/{option}", [.get: .open(images.get)]),
            ],
            owns: { $0.first == "_images" },
            authenticate: authenticator.authenticate,
            answer: { problem, request in
                request.head.method == .post
                    ? problem.authgearResponse() : Response(problem.status, headerFields: problem.headerFields)
            },
            cors: cors
        )
        let users = API(
            [
                Route("/api/images/upload", [.post: .authenticated(uploads.allowOwn)]),
                Route("/oauth2/userinfo", [.get: .authenticated(userInfo.get), .post: .authenticated(userInfo.get)]),
            ],
            owns: { [["api", "images", "upload"], ["oauth2", "userinfo"]].contains($0) },
            authenticate: authenticator.authenticate,
            answer: { problem, _ in problem.authgearResponse() },
            cors: cors
        )
        apis = [admin, pictures, users]
    }
}

/// Verifies the credentials of the Admin API: tokens that the administrators' backend signs.
private struct AuthgearAdministrators: Sendable {
    /// The permitted error of an administrator's clock, in seconds.
    private static let leeway = 300

    private let tokens: TokenVerifier

    init(app: String, keys: Reloadable<TokenKeys>) {
        tokens = TokenVerifier(
            keys: keys,
            policy: TokenPolicy(
                issuer: nil,
                audience: app,
                leeway: Self.leeway,
                requiresExpiry: false,
                requiresKeyID: true,
                algorithm: "RS256"
            )
        )
    }

    func principal(of request: Request) throws(Problem) -> Principal {
        let parts = (request.head.headerFields[.authorization] ?? "").split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer",
            (try? tokens.claims(provenBy: String(parts[1]))) != nil
        else { throw .forbidden("Forbidden") }
        return .application(keyID: "authgear", [.admin])
    }
}

extension Problem {
    /// The response of the Admin API: plain text for the errors of Authgear's router, an error object for all others.
    fileprivate var authgearAdminResponse: Response {
        let isText = [.forbidden, .notFound, .methodNotAllowed, .unsupportedMediaType].contains(status)
        var response = isText ? authgearText : authgearResponse()
        response.headerFields.append(contentsOf: HTTPFields.authgearAdmin)
        return response
    }

    private var authgearText: Response {
        var response = Response(status, headerFields: headerFields, body: Array("\(status.reasonPhrase)\n".utf8))
        response.headerFields[.contentType] = "text/plain; charset=utf-8"
        return response
    }
}

extension HTTPFields {
    /// The header fields of every response of the Admin API.
    static let authgearAdmin: HTTPFields = [
        .cacheControl: "no-store", .xContentTypeOptions: "nosniff", .xFrameOptions: "DENY",
    ]
}
