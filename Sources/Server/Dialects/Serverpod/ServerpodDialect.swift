import FoundationEssentials
import HTTPTypes
import Imaging
import ProfileImages

/// The profile endpoints of Serverpod's module `serverpod_auth_core`, and its clients' protocol: docs.serverpod.dev.
struct ServerpodDialect: Dialect {
    /// The module's own endpoint, which only reads.
    private static let infoEndpoint = "serverpod_auth_core.userProfileInfo"

    let resources: [Resource]
    /// The answers themselves say that every origin may call, as Serverpod's do.
    let cors = CORSPolicy(allowedOrigins: [])
    private let authenticator: Authenticator

    init(services: Services, authenticator: Authenticator, settings: Settings, memory: MemoryBudget) {
        self.authenticator = authenticator
        let uploads = UploadReader(maxBytes: settings.limits.maxBytes, memory: memory)
        func endpoint(_ name: String, _ methods: [UserProfileEndpoint.Method]) -> [Resource] {
            let endpoint = UserProfileEndpoint(
                methods: methods,
                images: services.images,
                profiles: services.profiles,
                selfAttributes: settings.profiles.selfAttributes,
                settings: settings.serverpod,
                uploads: uploads,
                publicURL: PublicURL(fixed: settings.publicURL),
                pseudonyms: services.pictureURLs.pseudonyms
            )
            return ["/\(name)", "/\(name)/{method}"].map {
                Resource($0, [.post: .authenticated(endpoint.call), .options: .open(Response.serverpodPreflight)])
            }
        }
        let storage = ServerpodStorage(variants: VariantHandlers(service: services.variants))
        resources =
            [Resource("/serverpod_cloud_storage", [.get: .open(storage.get)])] + endpoint(Self.infoEndpoint, [.get])
            + settings.serverpod.endpoints.flatMap { endpoint($0, UserProfileEndpoint.Method.allCases) }
    }

    /// Modules' endpoints, and what the application has called its own, whether it is on or not.
    func owns(_ path: [String]) -> Bool {
        guard let endpoint = path.first else { return false }
        return endpoint.hasPrefix("serverpod_") || endpoint == ServerpodSettings.usualEndpoint
            || resources.contains { $0.matches([endpoint]) }
    }

    /// Serverpod's clients send a token as it is, or as the one part of what RFC 7617 calls Basic.
    func authenticate(_ request: Request) throws -> Principal {
        guard let authorization = request.head.headerFields[.authorization] else {
            return try authenticator.authenticate(request)
        }
        let parts = authorization.split(separator: " ")
        switch (parts.first?.lowercased(), parts.dropFirst().first.map(String.init), parts.count) {
        case ("bearer", let token?, 2): return try authenticator.principal(provenBy: token)
        case ("basic", let text?, 2):
            guard let bytes = Data(base64Encoded: text), let key = String(validating: bytes, as: UTF8.self) else {
                throw Self.badAuthorization
            }
            return try authenticator.principal(provenBy: key)
        default: throw Self.badAuthorization
        }
    }

    func response(to problem: Problem, of request: Request) -> Response {
        problem.serverpodResponse
    }

    private static let badAuthorization = Problem.badRequest("Request has invalid \"authorization\" header")
}
