import Configuration
import HTTPTypes
import Imaging
import ProfileImages

/// Clerk's Frontend API (a user's own picture), its Backend API (users and their pictures), and its picture URLs.
struct ClerkDialect: Sendable {
    let apis: [API]

    init(services: Services, authenticator: Authenticator, settings: ServiceSettings, memory: MemoryBudget) {
        let cors = settings.cors.withCredentials
        let authentication = ClerkAuthentication(
            authenticator: authenticator,
            limiter: RateLimiter(limit: settings.dialects.clerk.rateLimit, window: .seconds(10)),
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
                // Must precede `/v1/users/{id}`, which also matches this path.
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

/// Clerk's credentials: secret keys for the Backend API, and the user's token or cookie for the Frontend API.
struct ClerkAuthentication: Sendable {
    let authenticator: Authenticator
    let limiter: RateLimiter?
    /// The origins whose pages may use the cookie.
    let cors: CORSPolicy

    /// Returns the application of the secret key in `Authorization: Bearer`.
    /// - Throws: a problem with status 401, or 429 if the key exceeds its rate limit.
    func application(_ request: Request) throws -> Principal {
        guard let authorization = request.head.headerFields[.authorization] else {
            throw Problem(.unauthorized, clerk: .authenticationInvalid, "Send a secret key: Authorization: Bearer sk_…")
        }
        guard let text = BearerCredential(authorization)?.token else {
            throw Problem(
                .unauthorized,
                clerk: .authorizationHeaderFormatInvalid,
                "The Authorization header must contain Bearer and a secret key."
            )
        }
        guard let prefix = DialectName.clerk.apiKeyPrefix, let token = APIKeyToken(rawValue: text, prefix: prefix),
            let principal = try authenticator.application(knownBy: token)
        else { throw Problem(.unauthorized, clerk: .keyInvalid, "The secret key is unknown or was revoked.") }
        try limiter?.count(token.id)
        return principal
    }

    /// Returns the user of the token in `Authorization`, or else in the cookie `__client`.
    /// - Throws: a problem with status 401.
    func user(_ request: Request) throws -> Principal {
        guard request.head.headerFields[.authorization] == nil, let token = request.cookie("__client") else {
            return try authenticator.authenticate(request)
        }
        // A browser sends the cookie with requests from any page, so `Origin` must be an allowed origin.
        guard let origin = request.head.headerFields[.origin], cors.names(origin) || origin == request.origin else {
            throw Problem(
                .unauthorized,
                clerk: .authenticationInvalid,
                "A request with the cookie must come from an allowed origin."
            )
        }
        return try authenticator.user(provenBy: token)
    }
}

/// The settings for Clerk's clients.
package struct ClerkSettings: Equatable, Sendable {
    /// The most requests of a secret key in 10 seconds; 0 means no limit.
    package let rateLimit: Int

    init(_ reader: inout SettingsReader) {
        rateLimit = reader.integer(
            "PORTRAITD_CLERK_RATE_LIMIT",
            in: 0...1_000_000,
            default: 0,
            help: "Clerk: how many requests a secret key may make within 10 seconds, in each process; 0 for any number."
        )
    }
}
