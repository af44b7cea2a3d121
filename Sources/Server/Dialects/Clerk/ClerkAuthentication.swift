import HTTPTypes
import ProfileImages

/// Clerk's credentials: secret keys for the Backend API, and the user's token or cookie for the Frontend API.
struct ClerkAuthentication: Sendable {
    let authenticator: Authenticator
    let limiter: RateLimiter?
    /// The origins whose pages may use the cookie.
    let cors: CORSPolicy

    /// The application that holds the secret key in `Authorization: Bearer`.
    /// - Throws: a problem with status 401, or 429 if the key has made too many requests.
    func application(_ request: Request) throws -> Principal {
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

    /// The user of the token in `Authorization`, or of the cookie `__client`.
    /// - Throws: a problem with status 401.
    func user(_ request: Request) throws -> Principal {
        guard request.head.headerFields[.authorization] == nil, let token = request.cookie("__client") else {
            return try authenticator.authenticate(request)
        }
        // A browser sends cookies with requests of every page; Origin tells which page this one is from.
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
