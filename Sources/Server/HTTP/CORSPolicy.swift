import HTTPTypes

/// The web pages of other origins that may call the API: the CORS protocol, fetch.spec.whatwg.org §3.2.
package struct CORSPolicy: Equatable, Sendable {
    /// The allowed origins; `*` allows all. If empty, browsers block other origins.
    package let allowedOrigins: Set<String>
    /// Whether pages of the named origins may use the browser's cookies.
    private let allowsCredentials: Bool

    /// The header fields that a page may send.
    private let allowedHeaders: [String]

    /// - Parameter moreHeaders: header fields that a page may send besides the fields of portraitd's own API.
    package init(allowedOrigins: Set<String>, allowsCredentials: Bool = false, moreHeaders: [String] = []) {
        self.allowedOrigins = allowedOrigins
        self.allowsCredentials = allowsCredentials
        allowedHeaders = ["Authorization", "Content-Type", "Accept", "If-Match", "If-None-Match"] + moreHeaders
    }

    /// The same policy with cookies.
    var withCredentials: CORSPolicy {
        CORSPolicy(allowedOrigins: allowedOrigins, allowsCredentials: true)
    }

    /// Whether the list contains the origin itself; `*` does not count.
    func names(_ origin: String) -> Bool {
        allowedOrigins.contains(origin)
    }

    /// Returns the fields that let the page that sent `request` read the response.
    func headerFields(for request: Request) -> HTTPFields {
        guard !allowedOrigins.isEmpty else { return [:] }
        guard let origin = request.head.headerFields[.origin], allows(origin) else { return [.vary: "Origin"] }
        var fields: HTTPFields = [
            .vary: "Origin",
            .accessControlAllowOrigin: origin,
            .accessControlExposeHeaders: "ETag, Retry-After, WWW-Authenticate, X-Request-ID",
        ]
        if allowsCredentials, names(origin) { fields[.accessControlAllowCredentials] = "true" }
        return fields
    }

    /// Returns the additional fields of a response to a preflight request.
    func preflightHeaderFields(for request: Request, allow methods: String) -> HTTPFields {
        guard let origin = request.head.headerFields[.origin], allows(origin) else { return [:] }
        return [
            .accessControlAllowMethods: methods,
            .accessControlAllowHeaders: allowedHeaders.joined(separator: ", "),
            .accessControlMaxAge: "86400",
        ]
    }

    private func allows(_ origin: String) -> Bool {
        allowedOrigins.contains("*") || names(origin)
    }
}
