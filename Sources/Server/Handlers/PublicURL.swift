/// What the URLs in answers begin with.
struct PublicURL: Sendable {
    /// `scheme://host[:port][/path]`; nil takes the request's own.
    let fixed: String?

    /// Without a slash at its end.
    /// - Throws: a problem with status 400.
    func base(for request: Request) throws(Problem) -> String {
        guard let base = fixed ?? request.origin else {
            throw .badRequest("The request has no valid Host header to make image URLs from.")
        }
        return base
    }
    /// `host[:port]` of a URL as clients send it in `Host`: RFC 9110 §7.2, and without a port that is the scheme's own.
    static func authority(of url: String) -> String {
        let parts = url.split(separator: "://", maxSplits: 1)
        let authority = (parts.last ?? "").prefix { $0 != "/" }
        let ownPort = parts.first == "https" ? ":443" : ":80"
        return String(authority.hasSuffix(ownPort) ? authority.dropLast(ownPort.count) : authority)
    }
}
