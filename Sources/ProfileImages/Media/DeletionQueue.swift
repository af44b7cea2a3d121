package import Logging

/// Deletes the objects of removed media items.
package struct DeletionQueue: Sendable {
    private let metadata: any MetadataStore
    private let objects: any ObjectStore
    private let logger: Logger

    package init(metadata: any MetadataStore, objects: any ObjectStore, logger: Logger) {
        self.metadata = metadata
        self.objects = objects
        self.logger = logger
    }

    /// Removes the files of media that were replaced or deleted and are still there: those of `user`, or of everyone.
    /// What cannot be removed is logged, and keeps its tombstone.
    package func finishIfPossible(of user: UserID? = nil) {
        do {
            try finish(of: user)
        } catch {
            logger.error("replaced or deleted images are still public", metadata: ["cause": "\(error)"])
        }
    }

    /// - Throws: the first error, after all others were tried.
    package func finish(of user: UserID?) throws {
        var firstError: (any Error)?
        for item in try metadata.read({ try $0.tombstones(of: user) }) {
            do {
                // Another may have finished it since it was listed, and the name may be in use again: a user was restored.
                guard try metadata.read({ try $0.hasTombstone(item) }) else { continue }
                try objects.deleteAll(of: item)
                try metadata.write { try $0.deleteTombstone(of: item) }
            } catch {
                firstError = firstError ?? error
            }
        }
        if let firstError { throw firstError }
    }
}
