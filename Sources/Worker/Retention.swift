package import FoundationEssentials
package import ProfileImages

/// Removes what was kept long enough: events, replaced images, images that nobody has taken, bulk jobs, and files that could
/// not be removed before.
package struct Retention: Sendable {
    private static let batch = 500
    private static let actor = Actor(.worker, name: "retention")

    private let keepEvents: TimeInterval
    private let keepReplaced: TimeInterval?
    private let keepStaged: TimeInterval
    private let store: any MetadataStore
    private let removals: PendingRemovals

    /// - Parameters:
    ///   - keepEvents: how many seconds an event is kept.
    ///   - keepReplaced: how many seconds a replaced image is kept; nil where no time ends it.
    ///   - keepStaged: how many seconds an image waits for somebody to say whose it is.
    package init(
        keepEvents: TimeInterval,
        keepReplaced: TimeInterval?,
        keepStaged: TimeInterval,
        store: any MetadataStore,
        removals: PendingRemovals
    ) {
        self.keepEvents = keepEvents
        self.keepReplaced = keepReplaced
        self.keepStaged = keepStaged
        self.store = store
        self.removals = removals
    }

    /// What a worker is to do.
    package var job: Job {
        Job("retention", every: .seconds(60)) { _ in { try removeSome() } }
    }

    /// Removes a bounded part, so that it holds nobody up for long.
    /// - Returns: whether there is more.
    func removeSome(now: Date = .now) throws -> Bool {
        let events = try store.removeEvents(before: now.addingTimeInterval(-keepEvents), limit: Self.batch)
        let images = try keepReplaced.map {
            try store.expireImages(replacedBefore: now.addingTimeInterval(-$0), limit: Self.batch, by: Self.actor)
        }
        let staged = try store.expireStagedImages(
            before: now.addingTimeInterval(-keepStaged),
            limit: Self.batch,
            by: Self.actor
        )
        try store.removeBulkJobs(before: now.addingTimeInterval(-BulkJob.timeKept))
        removals.finishIfPossible()
        return events == Self.batch || images == Self.batch || staged == Self.batch
    }
}
