package import HTTPTypes

extension HTTPField.Name {
    /// Names a request in logs, answers and problems.
    package static let xRequestID = Self.known("X-Request-ID")
    /// Tells nginx to send a file of an internal location: ngx_http_proxy_module, `proxy_ignore_headers`.
    static let xAccelRedirect = Self.known("X-Accel-Redirect")

    /// RFC 7034 §2.
    static let xFrameOptions = Self.known("X-Frame-Options")

    /// www.w3.org/TR/fetch-metadata, §2.4.
    static let secFetchSite = Self.known("Sec-Fetch-Site")

    /// RFC 8288 §3.
    static let link = Self.known("Link")
    /// Tells nginx how many seconds to keep an answer: ngx_http_fastcgi_module, `fastcgi_ignore_headers`.
    static let xAccelExpires = Self.known("X-Accel-Expires")

    private static func known(_ name: String) -> Self {
        guard let name = Self(name) else { preconditionFailure("\(name) is a token") }
        return name
    }
}
