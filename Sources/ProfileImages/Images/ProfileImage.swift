package import FoundationEssentials
package import Imaging

/// A profile image: what the metadata store knows about it.
package struct ProfileImage: Equatable, Codable, Sendable {
    /// The variant that stands for the image where one must be chosen.
    package struct Variant: Equatable, Codable, Sendable {
        /// Width and height in pixels.
        package let side: Int
        package let format: ImageFormat
        /// The length of the stored file.
        package let byteCount: Int

        package init(side: Int, format: ImageFormat, byteCount: Int) {
            self.side = side
            self.format = format
            self.byteCount = byteCount
        }
    }

    package let id: MediaID
    package let userID: UserID
    /// What all variants are made of; the default variant itself when there were no others to make.
    package let master: ObjectKey
    /// The default variant, which is always stored.
    package let variant: Variant
    package let source: ImageSource
    package let rating: ImageRating
    /// The master's; nil for an image of an older version's.
    package let digest: ContentDigest?
    /// When the image was set, in whole milliseconds.
    package let createdAt: Date

    package init(
        id: MediaID,
        userID: UserID,
        master: ObjectKey,
        variant: Variant,
        source: ImageSource = .upload,
        rating: ImageRating = .g,
        digest: ContentDigest? = nil,
        createdAt: Date
    ) {
        self.id = id
        self.userID = userID
        self.master = master
        self.variant = variant
        self.source = source
        self.rating = rating
        self.digest = digest
        self.createdAt = createdAt.inWholeMilliseconds
    }

    /// The key of the default variant.
    package var key: ObjectKey {
        .variant(of: id, side: variant.side, format: variant.format)
    }

    /// The format that loses nothing that the image has: PNG for transparency.
    package var masterFormat: ImageFormat {
        master.imageFormat ?? variant.format
    }

    /// The path of the default variant's URL. It does not show how the files are spread over folders.
    package var path: String {
        "\(folderPath)/\(variant.side).\(variant.format.fileExtension)"
    }

    /// What the paths of all variants begin with.
    package var folderPath: String {
        "/images/\(id.rawValue)"
    }
}
