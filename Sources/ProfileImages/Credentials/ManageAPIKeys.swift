package import FoundationEssentials

extension WriteTransaction {
    package func addAPIKey(_ key: APIKey, by actor: Actor) throws {
        try insertAPIKey(key)
        try insertAuditRecord(.keyCreated, of: nil, subject: key.id, by: actor, at: key.createdAt)
    }

    /// - Returns: false when there is no such key.
    package func revokeAPIKey(id: String, by actor: Actor, at time: Date) throws -> Bool {
        guard try deleteAPIKey(id: id) else { return false }
        try insertAuditRecord(.keyRevoked, of: nil, subject: id, by: actor, at: time)
        return true
    }
}
