package import FoundationEssentials

/// The numbers and sizes of the stored data.
package struct Statistics: Equatable, Encodable, Sendable {
    /// A recent error whose operation has not succeeded since.
    package struct Failure: Equatable, Encodable, Sendable {
        /// The time of the error; nil if unknown.
        package let time: Date?
        package let what: String
        package let reason: String

        package init(time: Date?, what: String, reason: String) {
            self.time = time
            self.what = what
            self.reason = reason
        }
    }

    package let users: Int
    package let currentImages: Int
    package let replacedImages: Int
    package let documents: Int
    /// The total size of the default variants of all images in bytes, without masters and other variants.
    package let imageBytes: Int
    package let documentBytes: Int
    package let databaseBytes: Int
    /// The stored events, delivered or not.
    package let events: Int
    /// The deliveries to webhooks that are not finished.
    package let pendingDeliveries: Int
    /// The deliveries that are not tried again.
    package let deadDeliveries: Int
    /// The unfinished imports.
    package let pendingImports: Int
    /// The tombstones.
    package let pendingRemovals: Int
    /// The latest errors, newest first.
    package let failures: [Failure]

    package init(
        users: Int,
        currentImages: Int,
        replacedImages: Int,
        documents: Int,
        imageBytes: Int,
        documentBytes: Int,
        databaseBytes: Int,
        events: Int,
        pendingDeliveries: Int,
        deadDeliveries: Int,
        pendingImports: Int,
        pendingRemovals: Int,
        failures: [Failure]
    ) {
        self.users = users
        self.currentImages = currentImages
        self.replacedImages = replacedImages
        self.documents = documents
        self.imageBytes = imageBytes
        self.documentBytes = documentBytes
        self.databaseBytes = databaseBytes
        self.events = events
        self.pendingDeliveries = pendingDeliveries
        self.deadDeliveries = deadDeliveries
        self.pendingImports = pendingImports
        self.pendingRemovals = pendingRemovals
        self.failures = failures
    }
}

/// Counts rows of several tables.
package protocol MaintenanceReading {
    /// The numbers and sizes of the stored data.
    func statistics() throws -> Statistics

    /// Whether a delivery queue, a webhook's pause or an import is due later than `horizon`.
    func hasAnythingDue(after horizon: Date) throws -> Bool
}

package protocol MaintenanceWriting {
    /// Makes rows that are due later than `horizon` due at `time`.
    /// - Returns: the number of changed rows.
    func hasten(whatIsDueAfter horizon: Date, to time: Date) throws -> Int

    /// Deletes the user's rows, except profile, media, staged images and audit.
    /// - Returns: the numbers of deleted rows, by the names of kinds in an erasure receipt.
    func deleteRecords(of user: UserID) throws -> [String: Int]
}
