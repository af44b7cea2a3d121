import FoundationEssentials
import HTTPTypes
import Imaging
import ProfileImages

/// The profile endpoints of Serverpod's module `serverpod_auth_core` in Serverpod's protocol: docs.serverpod.dev.
struct ServerpodDialect: Sendable {
    /// The module's endpoint, which only reads.
    private static let infoEndpoint = "serverpod_auth_core.userProfileInfo"

    let apis: [API]

    init(services: Services, authenticator: Authenticator, settings: ServiceSettings, memory: MemoryBudget) {
        let uploads = UploadReader(maxBytes: settings.limits.maxBytes, memory: memory)
        func endpoint(_ name: String, _ methods: [UserProfileEndpoint.Method]) -> [Route] {
            let endpoint = UserProfileEndpoint(
                methods: methods,
                images: services.images,
                profiles: services.profiles,
                selfAttributes: settings.profiles.selfAttributes,
                settings: settings.dialects.serverpod,
                uploads: uploads,
                publicURL: PublicURL(fixed: settings.publicURL),
                pseudonyms: services.pictureURLs.pseudonyms
            )
            return ["/\(name)", "/\(name)/{method}"].map {
                Route($0, [.post: .authenticated(endpoint.call), .options: .open(Response.serverpodPreflight)])
            }
        }
        let storage = ServerpodStorage(variants: VariantHandlers(service: services.variants))
        let storageRoute = Route("/serverpod_cloud_storage", [.get: .open(storage.get)])
        let endpoints = settings.dialects.serverpod.endpoints
        let routes =
            [storageRoute] + endpoint(Self.infoEndpoint, [.get])
            + endpoints.flatMap { endpoint($0, UserProfileEndpoint.Method.allCases) }
        apis = [
            API(
                routes,
                // The endpoints of modules, and the application's endpoints; the usual one even if it is off.
                owns: { path in
                    path.first.map {
                        $0.hasPrefix("serverpod_") || ([ServerpodSettings.usualEndpoint] + endpoints).contains($0)
                    }
                        ?? false
                },
                authenticate: { try Self.principal(of: $0, authenticator) },
                answer: { problem, _ in problem.serverpodResponse },
                // The responses already have Serverpod's CORS header fields.
                cors: CORSPolicy(allowedOrigins: [])
            )
        ]
    }

    /// Serverpod's clients send the token as Bearer, or in Base64 as Basic (without a user name, unlike RFC 7617).
    private static func principal(of request: Request, _ authenticator: Authenticator) throws -> Principal {
        guard let authorization = request.head.headerFields[.authorization] else {
            return try authenticator.authenticate(request)
        }
        let parts = authorization.split(separator: " ")
        switch (parts.first?.lowercased(), parts.dropFirst().first.map(String.init), parts.count) {
        case ("bearer", let token?, 2): return try authenticator.principal(provenBy: token)
        case ("basic", let text?, 2):
            guard let bytes = Data(base64Encoded: text), let key = String(validating: bytes, as: UTF8.self) else {
                throw badAuthorization
            }
            return try authenticator.principal(provenBy: key)
        default: throw badAuthorization
        }
    }

    private static let badAuthorization = Problem.badRequest("Request has invalid \"authorization\" header")
}
