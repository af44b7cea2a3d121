import HTTPTypes
import Imaging
import ProfileImages

/// Clerk's Frontend API for the user's own picture, its Backend API for users and their pictures, and its picture URLs.
struct ClerkDialect: Sendable {
    let apis: [API]

    init(services: Services, authenticator: Authenticator, settings: Settings, memory: MemoryBudget) {
        let cors = settings.cors.withCredentials
        let authentication = ClerkAuthentication(
            authenticator: authenticator,
            limiter: RateLimiter(limit: settings.clerkRateLimit, window: .seconds(10)),
            cors: cors
        )
        let answer: API.ErrorFormat = { ClerkError($0).response(requestID: $1.id) }
        let representation = ClerkRepresentation(
            publicURL: PublicURL(fixed: settings.publicURL),
            defaultImage: settings.avatars.defaultImage,
            pseudonyms: services.pictureURLs.pseudonyms,
            identities: services.identities
        )
        let users = ClerkUserHandlers(
            profiles: services.profiles,
            images: services.images,
            representation: representation
        )
        let uploads = UploadReader(maxBytes: settings.limits.maxBytes, memory: memory, observer: services.metrics)
        let images = ClerkImageHandlers(
            profiles: services.profiles,
            images: services.images.forKnownUsers,
            uploads: uploads,
            representation: representation
        )
        let own = ClerkOwnImageHandlers(
            profiles: services.profiles,
            images: services.images,
            uploads: uploads,
            representation: representation
        )
        let pictures = ClerkPictureHandlers(
            variants: services.variants,
            defaults: services.defaults,
            drawing: services.drawing,
            maxAge: settings.avatars.maxAge
        )
        let frontend = API(
            [
                Route(
                    "/v1/me/profile_image",
                    [.post: .authenticated(own.post), .delete: .authenticated(own.delete)]
                )
            ],
            owns: { $0.starts(with: ["v1", "me"]) },
            authenticate: authentication.user,
            answer: answer,
            cors: cors
        )
        let backend = API(
            [
                Route("/v1/users", [.get: .authenticated(users.list)]),
                // Before a user of this name.
                Route("/v1/users/count", [.get: .authenticated(users.count)]),
                Route("/v1/users/{id}", [.get: .authenticated(users.get), .patch: .authenticated(users.patch)]),
                Route("/v1/users/{id}/metadata", [.patch: .authenticated(users.patchMetadata)]),
                Route(
                    "/v1/users/{id}/profile_image",
                    [.post: .authenticated(images.post), .delete: .authenticated(images.delete)]
                ),
            ],
            owns: { $0.first == "v1" },
            authenticate: authentication.application,
            answer: answer,
            cors: cors
        )
        let pictureURLs = API(
            [Route("/{picture}", [.get: .open(pictures.get)])],
            owns: { $0.count == 1 && $0[0].hasPrefix(ClerkImageURL.prefix) },
            authenticate: authentication.application,
            answer: answer,
            cors: cors
        )
        apis = [frontend, backend, pictureURLs]
    }
}
