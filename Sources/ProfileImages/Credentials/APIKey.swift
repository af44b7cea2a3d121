package import FoundationEssentials

/// An application's API key as the store keeps it: with its digest instead of the key itself.
package struct APIKey: Equatable, Sendable {
    /// Identifies the key in lists and logs; not secret.
    package let id: String
    /// The name that the operator gave.
    package let name: String
    package let scopes: Set<Scope>
    /// The SHA-256 of the whole key.
    package let digest: [UInt8]
    package let createdAt: Date

    package init(id: String, name: String, scopes: Set<Scope>, digest: [UInt8], createdAt: Date) {
        self.id = id
        self.name = name
        self.scopes = scopes
        self.digest = digest
        self.createdAt = createdAt
    }
}

/// A permission of a credential: a scope token of RFC 6749 §3.3. Tokens of other systems may use other scopes.
package struct Scope: RawRepresentable, Hashable, Codable, Sendable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Permits reading profile images.
    package static let read = Scope(rawValue: "profile:read")
    /// Permits setting and deleting profile images.
    package static let write = Scope(rawValue: "profile:write")
    /// Permits everything for all users.
    package static let admin = Scope(rawValue: "admin")

    /// The scopes of portraitd's own API.
    package static let own = [read, write, admin]
}
