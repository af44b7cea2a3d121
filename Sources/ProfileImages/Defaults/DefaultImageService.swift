package import Avatars
import FoundationEssentials
package import Imaging

/// Draws pictures for users without an image.
package struct DefaultImageService: Sendable {
    /// The kind of default image.
    package let image: DefaultImage
    private let pseudonyms: Pseudonyms
    private let painter: AvatarPainter
    private let output: ImageOutput

    package init(image: DefaultImage, pseudonyms: Pseudonyms, painter: AvatarPainter, output: ImageOutput) {
        self.image = image
        self.pseudonyms = pseudonyms
        self.painter = painter
        self.output = output
    }

    /// Returns the seed for the user's drawn pictures.
    package func seed(of user: UserID) -> String {
        pseudonyms.seed(of: user)
    }

    /// Draws the user's default picture in the size and format of an image.
    package func picture(_ style: AvatarStyle, of user: UserID, name: String?) throws(ImageError) -> ImageVariant {
        try picture(
            style,
            initials: Initials(of: name ?? ""),
            seed: seed(of: user),
            side: output.largestSide,
            format: output.defaultFormat
        )
    }

    /// Draws a picture from initials and a seed.
    package func picture(
        _ style: AvatarStyle,
        initials: Initials,
        seed: String,
        side: Int,
        format: ImageFormat
    ) throws(ImageError) -> ImageVariant {
        try painter.picture(
            style,
            initials: initials,
            seed: AvatarSeed(seed),
            side: side,
            format: format,
            encoding: output.encoding
        )
    }

    /// Draws a picture to store as the user's image, in the style of the default image, or as initials if that is not
    /// drawn.
    package func newImage(of user: UserID, name: String?) throws(ImageError) -> NewImage {
        let style: AvatarStyle = if case .drawn(let style) = image.kind { style } else { .initials }
        let picture = try picture(
            style,
            initials: Initials(of: name ?? ""),
            seed: seed(of: user),
            side: output.largestSide,
            format: .png
        )
        return NewImage(picture.bytes, name: "\(style.rawValue).png", source: .generated)
    }
}

/// Gives each new profile a drawn image.
package struct FirstImages: Sendable {
    private let defaults: DefaultImageService
    private let images: ProfileImageService
    private let objects: any ObjectStore

    package init(defaults: DefaultImageService, images: ProfileImageService, objects: any ObjectStore) {
        self.defaults = defaults
        self.images = images
        self.objects = objects
    }

    /// Draws and stores an image, and calls `makeProfile` to create the profile with it. If that throws, the files are
    /// deleted.
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
        // Another request has created the profile meanwhile: no row names these files.
        if !result.isNew { try? objects.deleteAll(of: id) }
        return result
    }
}
