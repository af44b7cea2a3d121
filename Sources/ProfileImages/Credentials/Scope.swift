/// What a credential may be used for: a scope token of RFC 6749 §3.3. Other systems' tokens have names of their own.
package struct Scope: RawRepresentable, Hashable, Codable, Sendable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Read profile images.
    package static let read = Scope(rawValue: "profile:read")
    /// Set and delete profile images.
    package static let write = Scope(rawValue: "profile:write")
    /// Everything, for every user.
    package static let admin = Scope(rawValue: "admin")

    /// Those of portraitd's own API.
    package static let own = [read, write, admin]
}
