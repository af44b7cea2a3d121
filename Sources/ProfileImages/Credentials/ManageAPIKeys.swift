package import FoundationEssentials

extension WriteTransaction {
    package func addAPIKey(_ key: APIKey, by actor: AuditActor) throws {
        try insertAPIKey(key)
        try insertAuditRecord(.keyCreated, of: nil, subject: key.id, by: actor, at: key.createdAt)
    }

    /// - Returns: false if the key does not exist.
    package func revokeAPIKey(id: String, by actor: AuditActor, at time: Date) throws -> Bool {
        guard try deleteAPIKey(id: id) else { return false }
        try insertAuditRecord(.keyRevoked, of: nil, subject: id, by: actor, at: time)
        return true
    }
}

/// Reads the API keys of applications.
package protocol APIKeyReading {
    /// Returns the key with the identifier `id`; nil if it does not exist or was revoked.
    func apiKey(id: String) throws -> APIKey?

    /// Returns all valid keys, oldest first.
    func apiKeys() throws -> [APIKey]
}

package protocol APIKeyWriting {
    func insertAPIKey(_ key: APIKey) throws

    /// - Returns: false if the key does not exist.
    func deleteAPIKey(id: String) throws -> Bool
}
