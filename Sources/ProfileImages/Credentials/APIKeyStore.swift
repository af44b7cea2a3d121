package import FoundationEssentials

/// The API keys of applications.
package protocol APIKeyStore: Sendable {
    /// The key called `id`, or nil when there is none or it was revoked.
    func apiKey(id: String) throws -> APIKey?

    /// Every key that is valid, oldest first.
    func apiKeys() throws -> [APIKey]

    func addAPIKey(_ key: APIKey, by actor: Actor) throws

    /// - Returns: false when there is no such key.
    func revokeAPIKey(id: String, by actor: Actor, at time: Date) throws -> Bool
}
