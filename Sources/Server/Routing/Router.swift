import Imaging
package import Threads

/// All APIs of this installation. The first that owns a path answers for it; portraitd's own is the last and owns every path.
package struct Router: Sendable {
    private let dialects: [API]
    let native: API

    func api(for request: Request) -> API {
        dialects.first { $0.owns(request.path) } ?? native
    }
}

extension Router {
    /// portraitd's own API, and the dialects that the settings name.
    /// - Parameter authgearKeys: the keys of the tokens that administrators send to Authgear's Admin API.
    package init(
        services: Services,
        authenticator: Authenticator,
        authgearKeys: Reloadable<TokenKeys> = Reloadable(TokenKeys([])),
        settings: Settings
    ) {
        // One budget bounds the uploads of all APIs in this process.
        let memory = MemoryBudget.forUploads(settings)
        let native = NativeDialect(
            services: services,
            authenticator: authenticator,
            settings: settings,
            memory: memory
        )
        let dialects = settings.dialects.flatMap { name in
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
