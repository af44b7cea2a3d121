import FoundationEssentials

/// A picture that was processed and stored before anybody said whose it is to be.
package struct StagedImage: Equatable, Sendable {
    package let id: MediaID
    /// The user who sent it; nil when somebody did who speaks for all users.
    package let uploader: UserID?
    /// What its sender calls it.
    package let name: String
    /// What all variants are made of.
    package let master: ObjectKey
    /// The default variant.
    package let variant: ProfileImage.Variant
    package let rating: ImageRating
    /// The master's.
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

    /// The same as an image of `user`.
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
