package import FoundationEssentials
package import Logging
package import ProfileImages

/// Removes expired data: events, replaced images, unclaimed staged images, bulk jobs, files that could not be removed
/// before, and remains of erased users in the database file. It also corrects due times that a wrong clock has set too
/// far ahead.
package struct Retention: Sendable {
    private static let batch = 500
    /// With a correct clock no due time is further ahead.
    private static let longestWait: TimeInterval = 86_400
    private static let actor = AuditActor(.worker, name: "retention")

    private let keepEvents: TimeInterval
    private let keepReplaced: TimeInterval?
    private let keepStaged: TimeInterval
    private let store: any MetadataStore
    private let removals: DeletionQueue
    private let logger: Logger

    /// - Parameters:
    ///   - keepEvents: how many seconds an event is kept.
    ///   - keepReplaced: how many seconds a replaced image is kept; nil without a time limit.
    ///   - keepStaged: how many seconds a staged image is kept without a claim.
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

    /// The job of a worker.
    package var job: Job {
        Job("retention", every: .seconds(60)) { _ in { try removeSome() } }
    }

    /// Removes a bounded number of rows, so that other writers do not wait long.
    /// - Returns: whether more rows are left.
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
        // Reads first: a read takes no lock, and there is seldom anything to delete.
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
                "the clock was ahead; due times far in the future are now due",
                metadata: ["count": "\(late)"]
            )
        }
        return isPurging || events == Self.batch || images == Self.batch || staged == Self.batch
    }
}
