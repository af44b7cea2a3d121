package import FoundationEssentials

/// How much there is of everything.
package struct Statistics: Equatable, Encodable, Sendable {
    /// Something that went wrong, and was not done again since.
    package struct Failure: Equatable, Encodable, Sendable {
        /// When it failed, if that is known.
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
    /// Of the default variants of all images, in bytes. Masters and other variants come on top.
    package let imageBytes: Int
    package let documentBytes: Int
    package let databaseBytes: Int
    /// Events that are kept, delivered or not.
    package let events: Int
    /// Deliveries to webhooks that are to be made yet.
    package let pendingDeliveries: Int
    /// Deliveries that were given up.
    package let deadDeliveries: Int
    /// Imports that are to be carried out yet.
    package let pendingImports: Int
    /// Media whose files are to be removed yet.
    package let pendingRemovals: Int
    /// The latest ones, newest first.
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
