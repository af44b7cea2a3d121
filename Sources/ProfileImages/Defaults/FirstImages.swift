import FoundationEssentials

/// Gives users a drawn image of their own as soon as they are known.
package struct FirstImages: Sendable {
    private let defaults: DefaultImageService
    private let images: ProfileImageService

    package init(defaults: DefaultImageService, images: ProfileImageService) {
        self.defaults = defaults
        self.images = images
    }

    /// Draws and stores an image, and has `makeProfile` make the profile with it. When that throws nothing is left.
    func store(
        for user: UserID,
        name: String?,
        now: Date,
        makeProfile: (_ image: (image: ProfileImage, name: String)) throws -> (profile: Profile, isNew: Bool)
    ) throws -> (profile: Profile, isNew: Bool) {
        let picture = try images.prepare(defaults.newImage(of: user, name: name), of: user, by: nil, now: now)
        try images.store(picture)
        let result = try images.keepingFiles(of: picture) { try makeProfile((picture.image, picture.name)) }
        // Another request was faster; no row names the files.
        if !result.isNew { images.discardFiles(of: picture.image.id) }
        return result
    }
}
