import Imaging
package import Threads

/// Every dialect that is spoken here. The first that owns a path answers for it; portraitd's own is the last, and owns all.
package struct Dialects: Sendable {
    private let others: [any Dialect]
    let native: NativeDialect

    /// - Parameter authgearKeys: what verifies the tokens of those who administer users in that dialect.
    package init(
        services: Services,
        authenticator: Authenticator,
        authgearKeys: Reloadable<TokenKeys> = Reloadable(TokenKeys([])),
        settings: Settings
    ) {
        // One for all: what uploads take at the same time is bounded for the process.
        let memory = MemoryBudget.forUploads(settings)
        let native = NativeDialect(
            services: services,
            authenticator: authenticator,
            settings: settings,
            memory: memory
        )
        self.native = native
        others = settings.dialects.flatMap { name -> [any Dialect] in
            switch name {
            case .clerk:
                [ClerkDialect(services: services, authenticator: authenticator, settings: settings, memory: memory)]
            case .serverpod:
                [ServerpodDialect(services: services, authenticator: authenticator, settings: settings, memory: memory)]
            case .profileService: [ProfileServiceDialect(native, authenticator: authenticator, settings: settings)]
            case .authgear:
                [
                    AuthgearDialect(
                        services: services,
                        authenticator: authenticator,
                        adminKeys: authgearKeys,
                        settings: settings,
                        memory: memory
                    )
                ]
            case .auth0: [Auth0Dialect(services: services, authenticator: authenticator, settings: settings)]
            }
        }
    }

    func dialect(for request: Request) -> any Dialect {
        others.first { $0.owns(request.segments) } ?? native
    }
}
