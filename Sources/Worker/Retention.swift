package import FoundationEssentials
package import Logging
package import ProfileImages

/// Removes what was kept long enough: events, replaced images, images that nobody has taken, bulk jobs, files that could
/// not be removed before, and what the database's files still hold of erased users. It also mends what a clock that was wrong has put off.
package struct Retention: Sendable {
    private static let batch = 500
    /// Nothing is put off for longer, as long as the clock is right.
    private static let longestWait: TimeInterval = 86_400
    private static let actor = Actor(.worker, name: "retention")

    private let keepEvents: TimeInterval
    private let keepReplaced: TimeInterval?
    private let keepStaged: TimeInterval
    private let store: any MetadataStore
    private let removals: DeletionQueue
    private let logger: Logger

    /// - Parameters:
    ///   - keepEvents: how many seconds an event is kept.
    ///   - keepReplaced: how many seconds a replaced image is kept; nil where no time ends it.
    ///   - keepStaged: how many seconds an image waits for somebody to say whose it is.
    package init(
        keepEvents: TimeInterval,
        keepReplaced: TimeInterval?,
        keepStaged: TimeInterval,
        store: any MetadataStore,
        removals: DeletionQueue,
        logger: Logger
    ) {
        self.keepEvents = keepEvents
        self.keepReplaced = keepReplaced
        self.keepStaged = keepStaged
        self.store = store
        self.removals = removals
        self.logger = logger
    }

    /// What a worker is to do.
    package var job: Job {
        Job("retention", every: .seconds(60)) { _ in { try removeSome() } }
    }

    /// Removes a bounded part, so that it holds nobody up for long.
    /// - Returns: whether there is more.
    func removeSome(now: Date = .now) throws -> Bool {
        let events = try store.write { transaction in
            try transaction.deleteEvents(before: now.addingTimeInterval(-keepEvents), limit: Self.batch)
        }
        let images = try keepReplaced.map { time in
            try store.write { transaction in
                let limit = now.addingTimeInterval(-time)
                return try transaction.expireImages(replacedBefore: limit, limit: Self.batch, by: Self.actor)
            }
        }
        let staged = try store.write { transaction in
            let limit = now.addingTimeInterval(-keepStaged)
            return try transaction.expireStagedImages(before: limit, limit: Self.batch, by: Self.actor)
        }
        // Looking takes no lock, and seldom finds something.
        let oldest = now.addingTimeInterval(-BulkJob.timeKept)
        if try store.read({ try $0.hasBulkJob(before: oldest) }) {
            try store.write { try $0.deleteBulkJobs(before: oldest) }
        }
        removals.finishIfPossible()
        let isPurging = try store.purgeErased()
        let horizon = now.addingTimeInterval(Self.longestWait)
        if try store.read({ try $0.hasAnythingDue(after: horizon) }) {
            let late = try store.write { try $0.hasten(whatIsDueAfter: horizon, to: now) }
            logger.warning(
                "the clock was ahead: what was put off until then is due now",
                metadata: ["count": "\(late)"]
            )
        }
        return isPurging || events == Self.batch || images == Self.batch || staged == Self.batch
    }
}
