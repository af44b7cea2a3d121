import HTTPTypes
import Imaging
package import Threads

/// All APIs of this installation. The first API that owns a path answers; portraitd's own API is the last, and owns
/// every path.
package struct Router: Sendable {
    private let dialects: [API]
    let native: API

    func api(for request: Request) -> API {
        dialects.first { $0.owns(request.path) } ?? native
    }
}

extension Router {
    /// Creates portraitd's own API, and the enabled dialects.
    /// - Parameter authgearKeys: the keys that verify the tokens of administrators for Authgear's Admin API.
    package init(
        services: Services,
        authenticator: Authenticator,
        authgearKeys: Reloadable<TokenKeys> = Reloadable(TokenKeys([])),
        settings: ServiceSettings
    ) {
        // One memory budget bounds the uploads of all APIs.
        let memory = MemoryBudget.forUploads(settings)
        let native = NativeAPI(
            services: services,
            authenticator: authenticator,
            settings: settings,
            memory: memory
        )
        let dialects = settings.dialects.enabled.flatMap { name in
            switch name {
            case .clerk:
                ClerkDialect(services: services, authenticator: authenticator, settings: settings, memory: memory).apis
            case .serverpod:
                ServerpodDialect(services: services, authenticator: authenticator, settings: settings, memory: memory)
                    .apis
            case .profileService: ProfileServiceDialect(native, authenticator: authenticator, settings: settings).apis
            case .authgear:
                AuthgearDialect(
                    services: services,
                    authenticator: authenticator,
                    adminKeys: authgearKeys,
                    settings: settings,
                    memory: memory
                ).apis
            case .auth0: Auth0Dialect(services: services, authenticator: authenticator, settings: settings).apis
            }
        }
        self.init(dialects: dialects, native: native.api)
    }
}

/// Routes with the same credentials, error format and CORS policy: portraitd's own API, or the API of another system in
/// a dialect.
struct API: Sendable {
    typealias Authentication = @Sendable (Request) throws -> Principal
    typealias ErrorFormat = @Sendable (Problem, Request) -> Response

    let routes: [Route]
    /// Whether a path belongs to this API. If the path has no route, this API answers 404.
    let owns: @Sendable (_ path: [String]) -> Bool
    /// Authenticates a request.
    /// - Throws: a `Problem` with status 401 or 403, or an error of the metadata store.
    let authenticate: Authentication
    /// Makes the response for an error.
    let answer: ErrorFormat
    /// The web pages of other origins that may call this API.
    let cors: CORSPolicy

    init(
        _ routes: [Route],
        owns: @escaping @Sendable (_ path: [String]) -> Bool,
        authenticate: @escaping Authentication,
        answer: @escaping ErrorFormat,
        cors: CORSPolicy
    ) {
        self.routes = routes
        self.owns = owns
        self.authenticate = authenticate
        self.answer = answer
        self.cors = cors
    }

    /// Returns the route of `path` with its parameters; nil if there is none.
    func route(for path: [String]) -> (route: Route, parameters: PathParameters)? {
        for route in routes {
            if let parameters = route.template.parameters(of: path) { return (route, parameters) }
        }
        return nil
    }
}
