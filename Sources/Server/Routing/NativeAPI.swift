import HTTPTypes
import Imaging
import ProfileImages

/// portraitd's own API, which docs/openapi.json describes.
struct NativeAPI: Sendable {
    let api: API
    let images: ProfileImageHandlers
    let profiles: ProfileHandlers

    init(services: Services, authenticator: Authenticator, settings: ServiceSettings, memory: MemoryBudget) {
        let publicURL = PublicURL(fixed: settings.publicURL)
        let pictures = UploadReader(maxBytes: settings.limits.maxBytes, memory: memory, observer: services.metrics)
        let documents = UploadReader(maxBytes: settings.media.maxDocumentBytes, memory: memory)
        let images = ProfileImageHandlers(
            service: services.images,
            profiles: services.profiles,
            defaults: services.defaults,
            variants: services.variants,
            publicURL: publicURL,
            uploads: pictures
        )
        self.images = images
        let profiles = ProfileHandlers(
            service: services.profiles,
            selfAttributes: settings.profiles.selfAttributes,
            publicURL: publicURL,
            urls: services.pictureURLs
        )
        self.profiles = profiles
        let media = MediaHandlers(
            service: services.media,
            images: services.images,
            variants: services.variants,
            publicURL: publicURL,
            pictures: pictures,
            documents: documents
        )
        let avatars = AvatarHandlers(
            avatars: services.avatars,
            variants: services.variants,
            defaults: services.defaults,
            redirectHosts: settings.avatars.redirectHosts,
            drawing: services.drawing,
            maxAge: settings.avatars.maxAge
        )
        let events = EventHandlers(feed: services.events, urls: services.pictureURLs)
        let uploads = UploadHandlers(
            service: services.uploads,
            images: images,
            maxLifetime: settings.uploads.lifetime,
            maxBytes: settings.limits.maxBytes,
            publicURL: publicURL
        )
        let imports = ImportHandlers(service: services.imports)
        let audit = AuditHandlers(store: services.metadata)
        let export = ExportHandlers(
            profiles: services.profiles,
            bulk: services.bulk,
            media: services.media,
            publicURL: publicURL,
            urls: services.pictureURLs,
            limiter: ExportLimiter(most: max(2, settings.workers / 4))
        )
        let metrics = MetricsHandlers(
            metrics: services.metrics,
            stores: services.storeMetrics,
            memory: [("upload", memory), ("decoding", services.memory)],
            decoder: services.decoder
        )
        let status = StatusHandlers(service: services.images, limits: StatusHandlers.Limits(settings))
        let own: [(path: String, handlers: [HTTPRequest.Method: Route.Handler])] = [
            (
                "",
                [
                    .get: .authenticated(profiles.get),
                    .put: .authenticated(profiles.put),
                    .patch: .authenticated(profiles.patch),
                    .delete: .authenticated(profiles.delete),
                ]
            ),
            (
                "/profileimage",
                [
                    .get: .authenticated(images.get),
                    .put: .authenticated(images.put),
                    .delete: .authenticated(images.delete),
                ]
            ),
            ("/profileimage/default", [.post: .authenticated(images.postDefault)]),
            ("/profileimage/import", [.get: .authenticated(imports.get), .post: .authenticated(imports.post)]),
            ("/profileimage/uploads", [.post: .authenticated(uploads.allow)]),
            ("/export", [.get: .authenticated(export.get)]),
        ]
        let routes =
            ["/me", "/users/{id}"].flatMap { user in own.map { Route(user + $0.path, $0.handlers) } }
            + Self.media(media, at: "/media") + Self.media(media, at: "/users/{id}/media")
            + Self.identities(services.identities)
            + [
                Route("/users", [.get: .authenticated(profiles.list)]),
                Route("/uploads/{token}", [.put: .open(uploads.send), .post: .open(uploads.send)]),
                Route("/images/{id}/{variant}", [.get: .open(VariantHandlers(service: services.variants).get)]),
                Route("/avatar/{name}", [.get: .open(avatars.get)]),
                Route("/events", [.get: .authenticated(events.list)]),
                Route("/audit", [.get: .authenticated(audit.list)]),
                Route("/limits", [.get: .open(status.getLimits)]),
                Route("/healthz", [.get: .open(status.getHealth)]),
                Route("/readyz", [.get: .open(status.getReadiness)]),
                Route("/metrics", [.get: .open(metrics.get)]),
            ]
        api = API(
            routes,
            owns: { _ in true },
            authenticate: authenticator.authenticate,
            answer: { $0.response(requestID: $1.id) },
            cors: settings.cors
        )
    }

    private static func media(_ handlers: MediaHandlers, at path: String) -> [Route] {
        [
            Route(path, [.get: .authenticated(handlers.list), .post: .authenticated(handlers.post)]),
            Route(
                "\(path)/{media}",
                [.get: .authenticated(handlers.get), .delete: .authenticated(handlers.delete)]
            ),
            Route("\(path)/{media}/base64", [.get: .authenticated(handlers.getBase64)]),
            Route("\(path)/{media}/thumbnail", [.get: .authenticated(handlers.getThumbnail)]),
            Route("\(path)/{media}/download", [.get: .authenticated(handlers.download)]),
        ]
    }

    private static func identities(_ service: IdentityService) -> [Route] {
        let (identities, connections) = (IdentityHandlers(service: service), ConnectionHandlers(service: service))
        return [
            Route(
                "/users/{id}/identities/{connection}",
                [
                    .get: .authenticated(identities.get),
                    .put: .authenticated(identities.put),
                    .delete: .authenticated(identities.delete),
                ]
            ),
            Route(
                "/connections/{connection}",
                [.get: .authenticated(connections.get), .put: .authenticated(connections.put)]
            ),
        ]
    }
}
