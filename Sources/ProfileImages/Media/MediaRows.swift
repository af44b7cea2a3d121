package import FoundationEssentials

/// Which media each user has, which image is their current one, and which items still have files after their removal.
package protocol MediaReading {
    /// The user's current image, or nil when there is none.
    func image(of user: UserID) throws -> ProfileImage?

    /// The current image of the user with this e-mail address, or nil when there is none. Of several users the one counts
    /// who is known the longest.
    func image(ofEmail digest: EmailDigest) throws -> ProfileImage?

    /// The image called `id`, current or replaced, or nil when there is none.
    func image(_ id: MediaID) throws -> ProfileImage?

    /// Up to `limit` images in the order of their identifiers, from the first after `id`, or from the very first.
    func images(after id: MediaID?, limit: Int) throws -> [ProfileImage]

    func imageCount() throws -> Int

    /// The object key of the master of an image, a user's or a staged one; nil when there is none.
    func master(of id: MediaID) throws -> ObjectKey?

    /// The user's media, newest first: up to `limit` that are older than the item called `id`.
    func media(of user: UserID, after id: MediaID?, limit: Int) throws -> [MediaItem]

    /// One of the user's media, or nil when they have none of this name.
    func mediaItem(_ id: MediaID, of user: UserID) throws -> MediaItem?

    /// All users' media in the order of their identifiers: up to `limit`, from the first after `id`, or from the very first.
    func allMedia(after id: MediaID?, limit: Int) throws -> [MediaItem]

    func mediaCount() throws -> Int

    /// Whether a user has an item called `id`.
    func hasMedia(_ id: MediaID) throws -> Bool

    func documentCount(of user: UserID) throws -> Int

    /// How much a user keeps: media, and images that they have uploaded and not used.
    func totals(of user: UserID) throws -> (items: Int, bytes: Int)

    /// Removed items whose files may still be there: the user's, or with nil all.
    func tombstones(of user: UserID?) throws -> [MediaID]

    /// Whether a removed item's objects may still be there.
    func hasTombstone(_ item: MediaID) throws -> Bool

    /// Those of `ids` that a media item, a staged image, a reservation or a tombstone has.
    func referenced(_ ids: Set<MediaID>) throws -> Set<MediaID>
}

package protocol MediaWriting {
    func insertMedia(_ item: MediaItem) throws

    /// Records that the default variant of the image called `id` is another now. No such image is no error.
    func setVariant(_ variant: ProfileImage.Variant, of id: MediaID) throws

    /// Makes the user's current image, if there is one, a replaced one.
    func setReplaced(_ user: UserID, at time: Date) throws

    /// Makes an image its user's current one. Another that is current must have been replaced before.
    func setCurrent(_ id: MediaID) throws

    /// Deletes rows; their files have no tombstones by that.
    func deleteMedia(_ selection: MediaSelection) throws -> [DeletedMedia]

    /// Records that files of a removed item may still be there. A tombstone that is there already stays.
    /// - Parameter user: whose it was; nil for nobody's.
    func insertTombstone(of item: MediaID, user: UserID?) throws

    func deleteTombstone(of item: MediaID) throws
}

/// Which media to delete.
package enum MediaSelection: Equatable, Sendable {
    case item(MediaID)
    case all(of: UserID)
    /// The user's replaced images, but for the newest of them.
    case replaced(of: UserID, beyond: Int)
    /// The user's images that were replaced at a time or before.
    case replacedUntil(Date, of: UserID)
    /// Up to `limit` of all users' images that were replaced before a time.
    case replacedBefore(Date, limit: Int)
}

/// A media item whose row is deleted.
package struct DeletedMedia: Equatable, Sendable {
    package let id: MediaID
    package let userID: UserID
    package let additionalType: String

    package init(id: MediaID, userID: UserID, additionalType: String) {
        self.id = id
        self.userID = userID
        self.additionalType = additionalType
    }
}
