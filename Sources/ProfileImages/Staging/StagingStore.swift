package import FoundationEssentials

/// Pictures that are nobody's yet. Their names stay known for a while after they were taken, so that none is used twice.
package protocol StagingStore: Sendable {
    /// Whether there is, or lately was, an image called `id`, whoever's.
    func isImageKnown(_ id: MediaID) throws -> Bool

    /// Records that an image called `id` is being stored.
    /// - Throws: `StagingError`.
    func reserveImage(_ id: MediaID, by uploader: UserID?, at time: Date) throws

    /// Records what was stored under a name that was reserved.
    /// - Throws: `StagingError.unknownUploader`.
    func stageImage(_ image: StagedImage, by actor: Actor, at time: Date) throws

    /// Gives a name back under which nothing could be stored.
    func cancelStaging(of id: MediaID) throws

    /// Ends that an image is nobody's.
    /// - Returns: the image; nil when there is none of this name, or it was taken.
    func takeStagedImage(_ id: MediaID) throws -> StagedImage?

    /// Forgets names that were reserved before `time`, up to `limit` of them, and makes the images that nobody has taken
    /// pending removals.
    /// - Returns: how many.
    func expireStagedImages(before time: Date, limit: Int, by actor: Actor) throws -> Int
}
