package import FoundationEssentials

/// Reads the users' media, their current images, and the tombstones.
package protocol MediaReading {
    /// Returns the user's current image; nil if there is none.
    func image(of user: UserID) throws -> ProfileImage?

    /// Returns the current image of the user with this e-mail address; nil if there is none. If several users with the
    /// address have an image, the user with the oldest profile counts.
    func image(ofEmail digest: EmailDigest) throws -> ProfileImage?

    /// Returns the image with the identifier `id`, current or replaced; nil if it does not exist.
    func image(_ id: MediaID) throws -> ProfileImage?

    /// Returns up to `limit` images in the order of their identifiers, starting after `id`; nil starts at the first
    /// image.
    func images(after id: MediaID?, limit: Int) throws -> [ProfileImage]

    func imageCount() throws -> Int

    /// Returns the key of the master of a user's image or of a staged image; nil if it does not exist.
    func master(of id: MediaID) throws -> ObjectKey?

    /// Returns the user's media, newest first: up to `limit` items that are older than the item `id`; nil starts at the
    /// newest item.
    func media(of user: UserID, after id: MediaID?, limit: Int) throws -> [MediaItem]

    /// Returns the user's item with the identifier `id`; nil if the user has no such item.
    func mediaItem(_ id: MediaID, of user: UserID) throws -> MediaItem?

    /// Returns up to `limit` media items of all users in the order of their identifiers, starting after `id`; nil
    /// starts at the first item.
    func allMedia(after id: MediaID?, limit: Int) throws -> [MediaItem]

    func mediaCount() throws -> Int

    /// Whether a media item with the identifier `id` exists.
    func hasMedia(_ id: MediaID) throws -> Bool

    func documentCount(of user: UserID) throws -> Int

    /// Returns the number and the total size of the user's media and of the staged images that the user has uploaded.
    func totals(of user: UserID) throws -> (items: Int, bytes: Int)

    /// Returns the tombstones of the user; nil returns all tombstones.
    func tombstones(of user: UserID?) throws -> [MediaID]

    /// Whether the item has a tombstone.
    func hasTombstone(_ item: MediaID) throws -> Bool

    /// Returns the identifiers in `ids` that belong to a media item, a staged image, a reservation or a tombstone.
    func referenced(_ ids: Set<MediaID>) throws -> Set<MediaID>
}

package protocol MediaWriting {
    func insertMedia(_ item: MediaItem) throws

    /// Replaces the default variant of the image `id`. Does nothing if the image does not exist.
    func setVariant(_ variant: ProfileImage.Variant, of id: MediaID) throws

    /// Makes the user's current image a replaced image. Does nothing if there is none.
    func setReplaced(_ user: UserID, at time: Date) throws

    /// Makes an image the current image of its user. A previous current image must have been replaced before.
    func setCurrent(_ id: MediaID) throws

    /// Deletes rows without inserting tombstones.
    func deleteMedia(_ selection: MediaSelection) throws -> [DeletedMedia]

    /// Inserts a tombstone: files of a removed item may still exist. An existing tombstone stays unchanged.
    /// - Parameter user: the user that the item belonged to; nil without a user.
    func insertTombstone(of item: MediaID, user: UserID?) throws

    func deleteTombstone(of item: MediaID) throws
}

/// The media items to delete.
package enum MediaSelection: Equatable, Sendable {
    case item(MediaID)
    case all(of: UserID)
    /// The user's replaced images except the newest `beyond`.
    case replaced(of: UserID, beyond: Int)
    /// The user's images that were replaced at this time or earlier.
    case replacedUntil(Date, of: UserID)
    /// Up to `limit` images of all users that were replaced before a time.
    case replacedBefore(Date, limit: Int)
}

/// A media item whose row was deleted.
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
