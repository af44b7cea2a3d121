/// What `Authorization: Bearer …` holds, RFC 6750 §2.1.
struct BearerCredential: Equatable {
    let token: String

    /// Returns nil when the header has another scheme, or nothing after it.
    init?(_ authorization: String) {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        token = String(parts[1])
    }
}
