/// The API keys of applications.
package protocol APIKeyReading {
    /// The key called `id`, or nil when there is none or it was revoked.
    func apiKey(id: String) throws -> APIKey?

    /// Every key that is valid, oldest first.
    func apiKeys() throws -> [APIKey]
}

package protocol APIKeyWriting {
    func insertAPIKey(_ key: APIKey) throws

    /// - Returns: false when there is no such key.
    func deleteAPIKey(id: String) throws -> Bool
}
