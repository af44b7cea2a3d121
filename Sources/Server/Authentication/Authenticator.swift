import HTTPTypes
package import ProfileImages

/// Finds out who makes a request. The credential that is present decides; none is tried after another.
package struct Authenticator: Sendable {
    private let tokens: TokenVerifier
    private let metadata: any MetadataStore
    private let trustsRemoteUser: Bool
    private let trustedOrigins: Set<String>

    /// - Parameters:
    ///   - trustsRemoteUser: whether the web server's `REMOTE_USER` counts as proof.
    ///   - trustedOrigins: whose pages may have their visitors' browsers change something by it, beside this server's own.
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

    /// - Throws: a `Problem` with status 401, or what the metadata store throws.
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
                    "A page of another origin may not change anything by what the web server has proved."
                )
            }
            return .user(user, [.read, .write], by: .remoteUser)
        }
        throw Problem.unauthorized(
            "Send a credential: Authorization: Bearer, with a JSON Web Token or an API key.",
            error: nil
        )
    }

    /// Who holds a JSON Web Token or an API key.
    /// - Throws: a `Problem` with status 401, or what the metadata store throws.
    func principal(provenBy token: String) throws -> Principal {
        try APIKeyToken(rawValue: token).map(application(provenBy:)) ?? user(provenBy: token)
    }

    /// RFC 6750 §2.1. Another scheme is the web server's own business where `REMOTE_USER` counts, and refused elsewhere.
    private func bearerToken(of request: Request) throws(Problem) -> String? {
        guard let authorization = request.head.headerFields[.authorization] else { return nil }
        if let credential = BearerCredential(authorization) { return credential.token }
        guard trustsRemoteUser, request.remoteUser != nil else {
            throw .unauthorized("The Authorization header is not a bearer credential.", error: "invalid_request")
        }
        return nil
    }

    /// The application that holds an API key; nil when the key is unknown or was revoked.
    func application(knownBy token: APIKeyToken) throws -> Principal? {
        guard let key = try metadata.read({ try $0.apiKey(id: token.id) }), token.matches(key) else { return nil }
        return .application(keyID: key.id, key.scopes)
    }

    /// The application that holds the API key called `keyID`; nil when there is no such key any more.
    func application(keyID: String) throws -> Principal? {
        try metadata.read { try $0.apiKey(id: keyID) }.map { .application(keyID: $0.id, $0.scopes) }
    }

    private func application(provenBy token: APIKeyToken) throws -> Principal {
        guard let application = try application(knownBy: token) else {
            throw Problem.unauthorized("The API key is unknown or was revoked.", error: "invalid_token")
        }
        return application
    }

    /// The user whom a JSON Web Token names.
    func user(provenBy token: String) throws(Problem) -> Principal {
        do {
            return try tokens.principal(provenBy: token)
        } catch {
            throw .unauthorized(error.detail, error: "invalid_token")
        }
    }
}

extension Request {
    /// Whether the method changes nothing: RFC 9110 §9.2.1.
    fileprivate var isSafe: Bool {
        [.get, .head, .options, .trace].contains(head.method)
    }

    /// Whether a page of this server or of one of `origins` sends the request, or the user does, or no browser does.
    ///
    /// Browsers say so in Sec-Fetch-Site (www.w3.org/TR/fetch-metadata); older ones only in Origin (RFC 6454 §7).
    fileprivate func comesFromOwnPage(or origins: Set<String>) -> Bool {
        let page = head.headerFields[.origin]
        if let page, origins.contains(page) { return true }
        if let site = head.headerFields[.secFetchSite] { return ["same-origin", "none"].contains(site) }
        return page == nil || page == origin
    }
}
