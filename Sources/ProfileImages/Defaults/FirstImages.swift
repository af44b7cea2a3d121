import FoundationEssentials

/// Gives users a drawn image of their own as soon as they are known.
package struct FirstImages: Sendable {
    private let defaults: DefaultImageService
    private let images: ProfileImageService
    private let objects: any ObjectStore

    package init(defaults: DefaultImageService, images: ProfileImageService, objects: any ObjectStore) {
        self.defaults = defaults
        self.images = images
        self.objects = objects
    }

    /// Draws and stores an image, and has `makeProfile` make the profile with it. When that throws nothing is left.
    func store(
        for user: UserID,
        name: String?,
        now: Date,
        makeProfile: (_ image: (image: ProfileImage, name: String)) throws -> (profile: Profile, isNew: Bool)
    ) throws -> (profile: Profile, isNew: Bool) {
        let picture = try images.prepare(defaults.newImage(of: user, name: name), of: user, by: nil, now: now)
        let id = picture.image.id
        try objects.put(picture.files, of: id)
        let result = try objects.keeping([id]) { try makeProfile((picture.image, picture.name)) }
        // Another request was faster; no row names the files.
        if !result.isNew { try? objects.deleteAll(of: id) }
        return result
    }
}
