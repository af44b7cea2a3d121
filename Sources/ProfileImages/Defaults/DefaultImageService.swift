package import Avatars
package import Imaging

/// Draws the pictures of users who have none.
package struct DefaultImageService: Sendable {
    /// What is shown of them.
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

    /// What pictures of the user are drawn from.
    package func seed(of user: UserID) -> String {
        pseudonyms.seed(of: user)
    }

    /// A picture as it is shown instead of an image, in the size and format of one.
    package func picture(_ style: AvatarStyle, of user: UserID, name: String?) throws(ImageError) -> ImageVariant {
        try picture(
            style,
            initials: Initials(of: name ?? ""),
            seed: seed(of: user),
            side: output.largestSide,
            format: output.defaultFormat
        )
    }

    /// A picture of anybody.
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

    /// A picture to be stored as the user's image: in the style that is shown, or initials where none is drawn.
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
