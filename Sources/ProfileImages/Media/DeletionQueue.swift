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

    /// Deletes the objects of all tombstones of `user`; nil for all users. An error is logged, and the tombstone stays
    /// for the next attempt.
    package func finishIfPossible(of user: UserID? = nil) {
        do {
            try finish(of: user)
        } catch {
            logger.error("replaced or deleted images are still public", metadata: ["cause": "\(error)"])
        }
    }

    /// Deletes the objects of all tombstones of `user`; nil for all users.
    /// - Throws: the first error, after all tombstones were tried.
    package func finish(of user: UserID?) throws {
        var firstError: (any Error)?
        for item in try metadata.read({ try $0.tombstones(of: user) }) {
            do {
                // Another thread may have deleted the objects since the list was read, and a restored user may use the
                // identifier again.
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
