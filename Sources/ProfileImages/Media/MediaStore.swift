package import FoundationEssentials

/// Which media each user has, and which image is their current one.
package protocol MediaStore: Sendable {
    /// The user's current image, or nil when there is none.
    func image(of user: UserID) throws -> ProfileImage?

    /// The current image of the user with this e-mail address, or nil when there is none. Of several the one counts who is
    /// known the longest.
    func image(ofEmail digest: EmailDigest) throws -> ProfileImage?

    /// The image called `id`, current or replaced, or nil when there is none.
    func image(_ id: MediaID) throws -> ProfileImage?

    /// Where the best bytes of the image called `id` are, whoever's it is, or nobody's yet; nil when there is none.
    func master(of id: MediaID) throws -> ObjectKey?

    /// Up to `limit` images in the order of their identifiers, from the first after `id`, or from the very first.
    func images(after id: MediaID?, limit: Int) throws -> [ProfileImage]

    /// How many images there are.
    func imageCount() throws -> Int

    /// Records that the default variant of the image called `id` is another now. No such image is no error.
    func setVariant(_ variant: ProfileImage.Variant, of id: MediaID) throws

    /// Makes `image`, called `name`, its user's current image. What is kept of those replaced before is `keeping`'s to say;
    /// the others become pending removals.
    /// - Returns: the image that was current.
    /// - Throws: `PreconditionFailure`, `ProfileError.unknownUser`, or `MediaError` when it is more than the user may keep;
    ///   nothing is changed then.
    func setImage(
        _ image: ProfileImage,
        name: String,
        if precondition: Precondition,
        keeping: KeepReplaced,
        creation: ProfileCreation,
        by actor: Actor
    ) throws -> MediaID?

    /// Makes an image that the user has already their current one again.
    /// - Returns: the image, and the one that was current; nil when the user has no such image.
    /// - Throws: `PreconditionFailure`; nothing is changed then.
    func chooseImage(_ id: MediaID, of user: UserID, if precondition: Precondition, by actor: Actor, at time: Date)
        throws
        -> (image: ProfileImage, replaced: MediaID?)?

    /// Takes the user's current image away and makes it a pending removal. No image is no error.
    /// - Throws: `PreconditionFailure`; nothing is changed then.
    func removeImage(of user: UserID, if precondition: Precondition, by actor: Actor, at time: Date) throws

    /// Shows no image of the user any more. What was shown stays among their media as one that was replaced, as far as
    /// `keeping` says. No image is no error.
    func retireImage(of user: UserID, keeping: KeepReplaced, by actor: Actor, at time: Date) throws

    /// The user's media, newest first: up to `limit` that are older than the item called `id`.
    func media(of user: UserID, after id: MediaID?, limit: Int) throws -> [MediaItem]

    /// One of the user's media, or nil when they have none of this name.
    func mediaItem(_ id: MediaID, of user: UserID) throws -> MediaItem?

    /// Adds a document.
    /// - Throws: `MediaError` when the user has `limit` already, or it is more than they may keep; or
    ///   `ProfileError.unknownUser`.
    func addDocument(_ item: MediaItem, limit: Int, creation: ProfileCreation, by actor: Actor) throws

    /// Takes one of the user's media away and makes it a pending removal.
    /// - Returns: false when they have none of this name.
    func removeMedia(_ id: MediaID, of user: UserID, by actor: Actor, at time: Date) throws -> Bool

    /// Makes images that were replaced before `time` pending removals, up to `limit` of them.
    /// - Returns: how many.
    func expireImages(replacedBefore time: Date, limit: Int, by actor: Actor) throws -> Int

    /// Media that `user`, or with nil any user, had once and whose files may still be there.
    func pendingRemovals(of user: UserID?) throws -> [MediaID]

    /// Records that the files of `item` are gone.
    func finishRemoval(of item: MediaID) throws
}
