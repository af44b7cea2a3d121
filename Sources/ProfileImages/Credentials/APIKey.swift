package import FoundationEssentials

/// An API key as it is kept: an application's credential, of which only the digest is stored.
package struct APIKey: Equatable, Sendable {
    /// Names the key in lists and logs; not secret.
    package let id: String
    /// What the operator calls it.
    package let name: String
    package let scopes: Set<Scope>
    /// SHA-256 of the whole key.
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
