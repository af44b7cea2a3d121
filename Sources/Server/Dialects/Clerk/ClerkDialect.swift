import HTTPTypes
import Imaging
import ProfileImages

/// Clerk's Backend API for users and their pictures, the Frontend API for one's own, and the URLs of pictures.
struct ClerkDialect: Dialect {
    let resources: [Resource]
    let cors: CORSPolicy
    private let authenticator: Authenticator
    private let limiter: RateLimiter?

    init(services: Services, authenticator: Authenticator, settings: Settings, memory: MemoryBudget) {
        self.authenticator = authenticator
        limiter = RateLimiter(limit: settings.clerkRateLimit, window: .seconds(10))
        cors = settings.cors.withCredentials
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
        resources = [
            Resource("/v1/users", [.get: .authenticated(users.list)]),
            // Before a user of this name.
            Resource("/v1/users/count", [.get: .authenticated(users.count)]),
            Resource("/v1/users/{id}", [.get: .authenticated(users.get), .patch: .authenticated(users.patch)]),
            Resource("/v1/users/{id}/metadata", [.patch: .authenticated(users.patchMetadata)]),
            Resource(
                "/v1/users/{id}/profile_image",
                [.post: .authenticated(images.post), .delete: .authenticated(images.delete)]
            ),
            Resource(
                "/v1/me/profile_image",
                [.post: .authenticated(own.post), .delete: .authenticated(own.delete)]
            ),
            Resource("/{picture}", [.get: .open(pictures.get)]),
        ]
    }

    func owns(_ path: [String]) -> Bool {
        path.first == "v1" || (path.count == 1 && path[0].hasPrefix(ClerkImageURL.prefix))
    }

    /// The Backend API takes secret keys, the Frontend API what proves a user.
    func authenticate(_ request: Request) throws -> Principal {
        guard request.segments.dropFirst().first == "me" else { return try application(request) }
        return try user(request)
    }

    func response(to problem: Problem, of request: Request) -> Response {
        ClerkError(problem).response(requestID: request.id)
    }

    private func application(_ request: Request) throws -> Principal {
        guard let authorization = request.head.headerFields[.authorization] else {
            throw Problem(.unauthorized, clerk: .authenticationInvalid, "Send a secret key: Authorization: Bearer sk_…")
        }
        guard let text = BearerCredential(authorization)?.token else {
            throw Problem(
                .unauthorized,
                clerk: .authorizationHeaderFormatInvalid,
                "The Authorization header is not Bearer and a secret key."
            )
        }
        guard let prefix = DialectName.clerk.apiKeyPrefix, let token = APIKeyToken(rawValue: text, prefix: prefix),
            let principal = try authenticator.application(knownBy: token)
        else { throw Problem(.unauthorized, clerk: .keyInvalid, "The secret key is unknown or was revoked.") }
        try limiter?.count(token.id)
        return principal
    }

    private func user(_ request: Request) throws -> Principal {
        guard request.head.headerFields[.authorization] == nil, let token = request.cookie("__client") else {
            return try authenticator.authenticate(request)
        }
        // Browsers send cookies whoever asks them to, and only they say which page that was.
        guard let origin = request.head.headerFields[.origin], cors.names(origin) || origin == request.origin else {
            throw Problem(
                .unauthorized,
                clerk: .authenticationInvalid,
                "The cookie counts only from pages of the origins that the settings list."
            )
        }
        return try authenticator.user(provenBy: token)
    }
}
