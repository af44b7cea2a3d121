/// What a credential may be used for.
package enum Scope: String, CaseIterable, Codable, Sendable {
    /// Read profile images.
    case read = "profile:read"
    /// Set and delete profile images.
    case write = "profile:write"
    /// Everything, for every user.
    case admin
}
