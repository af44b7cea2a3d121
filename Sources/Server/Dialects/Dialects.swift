/// Every dialect that is spoken here. The first that owns a path answers for it; portraitd's own is the last, and owns all.
package struct Dialects: Sendable {
    private let others: [any Dialect]
    private let native: NativeDialect

    package init(services: Services, authenticator: Authenticator, settings: Settings) {
        others = settings.dialects.flatMap { name -> [any Dialect] in
            switch name {
            case .clerk: [ClerkDialect(services: services, authenticator: authenticator, settings: settings)]
            case .auth0: [Auth0Dialect(services: services, authenticator: authenticator, settings: settings)]
            case .authgear, .serverpod, .profileService: []
            }
        }
        native = NativeDialect(services: services, authenticator: authenticator, settings: settings)
    }

    func dialect(for request: Request) -> any Dialect {
        others.first { $0.owns(request.segments) } ?? native
    }
}
