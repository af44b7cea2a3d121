package import FoundationEssentials

/// What those who look after the stores need of the metadata.
package protocol MaintenanceStore: Sendable {
    /// Everybody's media in the order of their identifiers: up to `limit`, from the first after `id`, or from the very first.
    func allMedia(after id: MediaID?, limit: Int) throws -> [MediaItem]

    /// How many media items there are.
    func mediaCount() throws -> Int

    /// Those of `ids` whose files something refers to.
    func referenced(_ ids: Set<MediaID>) throws -> Set<MediaID>

    /// Forgets an item whose files are gone, as if it had never been. No event tells of it.
    func forgetMedia(_ id: MediaID) throws

    /// Makes due at `time` what is due only after `horizon`: deliveries, webhooks that pause, imports.
    /// - Returns: how much that was.
    func hasten(whatIsDueAfter horizon: Date, to time: Date) throws -> Int

    /// Takes out of the store's files what is still there of users who were erased since the last time, a bounded part of it.
    /// - Returns: whether there is more to do.
    func purgeErased() throws -> Bool

    /// How much there is of everything, as of one moment.
    func statistics() throws -> Statistics
}
