package import FoundationEssentials

/// An image that is processed and stored, but does not belong to a user yet.
package struct StagedImage: Equatable, Sendable {
    package let id: MediaID
    /// The user that uploaded it; nil if an application uploaded it.
    package let uploader: UserID?
    /// The name that the sender gave.
    package let name: String
    /// The object that variants are rendered from.
    package let master: ObjectKey
    /// The default variant.
    package let variant: ProfileImage.Variant
    package let rating: ImageRating
    /// The SHA-256 of the master.
    package let digest: ContentDigest

    package init(
        id: MediaID,
        uploader: UserID?,
        name: String,
        master: ObjectKey,
        variant: ProfileImage.Variant,
        rating: ImageRating,
        digest: ContentDigest
    ) {
        self.id = id
        self.uploader = uploader
        self.name = name
        self.master = master
        self.variant = variant
        self.rating = rating
        self.digest = digest
    }

    /// Returns the staged image as an image of `user`.
    func image(of user: UserID, since time: Date) -> ProfileImage {
        ProfileImage(
            id: id,
            userID: user,
            master: master,
            variant: variant,
            source: .upload,
            rating: rating,
            digest: digest,
            createdAt: time
        )
    }
}

/// Reads staged images and the reservations of their identifiers.
package protocol StagingReading {
    /// Returns the staged image with the identifier `id`; nil if it does not exist or is only a reservation.
    func stagedImage(_ id: MediaID) throws -> StagedImage?
}

package protocol StagingWriting {
    func insertReservation(of id: MediaID, by uploader: UserID?, at time: Date) throws

    /// Records the image that was stored under a reserved identifier.
    /// - Returns: false if the reservation no longer exists.
    func setStagedImage(_ image: StagedImage) throws -> Bool

    /// Turns a staged image back into a reservation.
    func clearStagedImage(_ id: MediaID) throws

    /// Deletes a reservation without a stored image.
    func deleteReservation(of id: MediaID) throws

    func deleteStagedImages(_ selection: StagedImageSelection) throws -> [DeletedStagedImage]
}

/// The staged images and reservations to delete.
package enum StagedImageSelection: Equatable, Sendable {
    case all
    case uploader(UserID)
    /// Up to `limit` rows that were reserved before a time.
    case reservedBefore(Date, limit: Int)
}

/// A staged image or reservation whose row was deleted.
package struct DeletedStagedImage: Equatable, Sendable {
    package let id: MediaID
    package let uploader: UserID?
    /// Whether the row was a staged image, not a reservation.
    package let wasWaiting: Bool

    package init(id: MediaID, uploader: UserID?, wasWaiting: Bool) {
        self.id = id
        self.uploader = uploader
        self.wasWaiting = wasWaiting
    }
}
