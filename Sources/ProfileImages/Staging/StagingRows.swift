package import FoundationEssentials

/// Images that were stored before it is known whose they are to be, and the reservations of their names.
package protocol StagingReading {
    /// The staged image called `id`; nil when there is none, or only its reservation.
    func stagedImage(_ id: MediaID) throws -> StagedImage?
}

package protocol StagingWriting {
    func insertReservation(of id: MediaID, by uploader: UserID?, at time: Date) throws

    /// Records the image that was stored under a reserved name.
    /// - Returns: false when the reservation is gone.
    func setStagedImage(_ image: StagedImage) throws -> Bool

    /// Makes a staged image a reservation again.
    func clearStagedImage(_ id: MediaID) throws

    /// Deletes the reservation of a name under which nothing is stored.
    func deleteReservation(of id: MediaID) throws

    func deleteStagedImages(_ selection: StagedImageSelection) throws -> [DeletedStagedImage]
}

/// Which staged images and reservations to delete.
package enum StagedImageSelection: Equatable, Sendable {
    case all
    case uploader(UserID)
    /// Up to `limit` of those that were reserved before a time.
    case reservedBefore(Date, limit: Int)
}

/// A staged image or reservation whose row is deleted.
package struct DeletedStagedImage: Equatable, Sendable {
    package let id: MediaID
    package let uploader: UserID?
    /// Whether an image was stored under the name, and nobody had taken it.
    package let wasWaiting: Bool

    package init(id: MediaID, uploader: UserID?, wasWaiting: Bool) {
        self.id = id
        self.uploader = uploader
        self.wasWaiting = wasWaiting
    }
}
