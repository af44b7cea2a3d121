import HTTPTypes

/// Who may keep an answer, and for how long: RFC 9111.
enum CachePolicy {
    /// No cache keeps it.
    static let never: HTTPFields = [.cacheControl: "no-store"]

    /// No cache keeps it, and it depends on the credential.
    static let neverPrivate: HTTPFields = [.cacheControl: "private, no-store", .vary: "Authorization"]

    /// The browser keeps it and asks before each use. It depends on the credential.
    static let revalidated: HTTPFields = [.cacheControl: "private, no-cache", .vary: "Authorization"]

    /// Every cache keeps it for so many seconds.
    static func shared(seconds: Int) -> HTTPFields {
        [.cacheControl: "public, max-age=\(seconds)"]
    }

    /// nginx keeps a picture that is drawn or rendered for a request for a fifth of `maxAge` seconds, and all other caches
    /// for the rest, so that no answer is older than `maxAge`.
    static func drawn(maxAge: Int) -> HTTPFields {
        [.cacheControl: "public, max-age=\(maxAge - maxAge / 5)", .xAccelExpires: String(maxAge / 5)]
    }
}
