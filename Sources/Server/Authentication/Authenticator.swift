import HTTPTypes
package import ProfileImages

/// Authenticates requests. The request's credential decides; other kinds of credentials are not tried after it.
package struct Authenticator: Sendable {
    private let tokens: TokenVerifier
    private let metadata: any MetadataStore
    private let trustsRemoteUser: Bool
    private let trustedOrigins: Set<String>

    /// - Parameters:
    ///   - trustsRemoteUser: whether the web server's `REMOTE_USER` is accepted as a credential.
    ///   - trustedOrigins: the origins, besides this server's own, whose pages may send requests that change data under
    ///     `REMOTE_USER`.
    package init(
        tokens: TokenVerifier,
        metadata: any MetadataStore,
        trustsRemoteUser: Bool,
        trustedOrigins: Set<String> = []
    ) {
        self.trustedOrigins = trustedOrigins
        self.tokens = tokens
        self.metadata = metadata
        self.trustsRemoteUser = trustsRemoteUser
    }

    /// - Throws: a `Problem` with status 401 or 403, or an error of the metadata store.
    func authenticate(_ request: Request) throws -> Principal {
        if let token = try bearerToken(of: request) {
            return try principal(provenBy: token)
        }
        if trustsRemoteUser, let name = request.remoteUser {
            guard let user = UserID(rawValue: name) else {
                throw Problem.unauthorized("REMOTE_USER is not a user identifier.", error: nil)
            }
            guard request.isSafe || request.comesFromOwnPage(or: trustedOrigins) else {
                throw Problem.forbidden(
                    "A page of another origin may not change data with the web server's authentication."
                )
            }
            return .user(user, [.read, .write], by: .remoteUser)
        }
        throw Problem.unauthorized(
            "Send a credential: Authorization: Bearer, with a JSON Web Token or an API key.",
            error: nil
        )
    }

    /// Returns the principal of a JSON Web Token or an API key.
    /// - Throws: a `Problem` with status 401, or an error of the metadata store.
    func principal(provenBy token: String) throws -> Principal {
        try APIKeyToken(rawValue: token).map(application(provenBy:)) ?? user(provenBy: token)
    }

    /// RFC 6750 §2.1. With `REMOTE_USER` other schemes belong to the web server; without it they are refused.
    private func bearerToken(of request: Request) throws(Problem) -> String? {
        guard let authorization = request.head.headerFields[.authorization] else { return nil }
        if let credential = BearerCredential(authorization) { return credential.token }
        guard trustsRemoteUser, request.remoteUser != nil else {
            throw .unauthorized("The Authorization header is not a bearer credential.", error: "invalid_request")
        }
        return nil
    }

    /// Returns the application that owns an API key; nil if the key is unknown or revoked.
    func application(knownBy token: APIKeyToken) throws -> Principal? {
        guard let key = try metadata.read({ try $0.apiKey(id: token.id) }), token.matches(key) else { return nil }
        return .application(keyID: key.id, key.scopes)
    }

    /// Returns the application with the API key `keyID`; nil if the key does not exist.
    func application(keyID: String) throws -> Principal? {
        try metadata.read { try $0.apiKey(id: keyID) }.map { .application(keyID: $0.id, $0.scopes) }
    }

    private func application(provenBy token: APIKeyToken) throws -> Principal {
        guard let application = try application(knownBy: token) else {
            throw Problem.unauthorized("The API key is unknown or was revoked.", error: "invalid_token")
        }
        return application
    }

    /// Returns the user of a JSON Web Token.
    func user(provenBy token: String) throws(Problem) -> Principal {
        do {
            return try tokens.principal(provenBy: token)
        } catch {
            throw .unauthorized(error.detail, error: "invalid_token")
        }
    }
}

extension Request {
    /// Whether the method is safe: RFC 9110 §9.2.1.
    fileprivate var isSafe: Bool {
        [.get, .head, .options, .trace].contains(head.method)
    }

    /// Whether the request does not come from a page of a foreign origin: a page of this server or of one of `origins`
    /// has sent it, the user has typed the URL, or the client is not a browser.
    ///
    /// Browsers send Sec-Fetch-Site (www.w3.org/TR/fetch-metadata); older browsers send only Origin (RFC 6454 §7).
    fileprivate func comesFromOwnPage(or origins: Set<String>) -> Bool {
        let page = head.headerFields[.origin]
        if let page, origins.contains(page) { return true }
        if let site = head.headerFields[.secFetchSite] { return ["same-origin", "none"].contains(site) }
        return page == nil || page == origin
    }
}

/// The token in `Authorization: Bearer …`, RFC 6750 §2.1.
struct BearerCredential: Equatable {
    let token: String

    /// Returns nil if the header has another scheme or no token.
    init?(_ authorization: String) {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        token = String(parts[1])
    }
}
