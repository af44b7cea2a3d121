/// Where it is recorded which image a user has, and which API keys there are.
///
/// Every method is one transaction; what a changing method did survives a power loss once it returns.
package protocol MetadataStore: Sendable {
    /// The user's current image, or nil when there is none.
    func image(of user: UserID) throws -> ProfileImage?

    /// The image called `id`, or nil when it is no user's current image.
    func image(_ id: ImageID) throws -> ProfileImage?

    /// Up to `limit` current images in the order of their identifiers, from the first after `id`, or from the very first.
    func images(after id: ImageID?, limit: Int) throws -> [ProfileImage]

    /// How many users have an image.
    func imageCount() throws -> Int

    /// Records that the default variant of the image called `id` is another now. No such image is no error.
    func setVariant(_ variant: ProfileImage.Variant, of id: ImageID) throws

    /// Makes `image` its user's current image, and the one it replaces a pending removal.
    /// - Returns: the image that was replaced.
    /// - Throws: `PreconditionFailure` when `precondition` does not hold; nothing is changed then.
    func setImage(_ image: ProfileImage, if precondition: Precondition) throws -> ImageID?

    /// Takes the user's image away and makes it a pending removal. No image is no error.
    /// - Throws: `PreconditionFailure` when `precondition` does not hold; nothing is changed then.
    func removeImage(of user: UserID, if precondition: Precondition) throws

    /// Images that `user`, or with nil any user, had once and whose files may still be there.
    func pendingRemovals(of user: UserID?) throws -> [ImageID]

    /// Records that the files of `image` are gone.
    func finishRemoval(of image: ImageID) throws

    /// The key called `id`, or nil when there is none or it was revoked.
    func apiKey(id: String) throws -> APIKey?

    /// Every key that is valid, oldest first.
    func apiKeys() throws -> [APIKey]

    func addAPIKey(_ key: APIKey) throws

    /// - Returns: false when there is no such key.
    func revokeAPIKey(id: String) throws -> Bool

    /// Throws when the store cannot be written to.
    func checkWritable() throws
}
