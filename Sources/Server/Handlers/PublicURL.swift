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
}
