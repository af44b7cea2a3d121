package import FoundationEssentials
package import Imaging

/// A user's current profile image: what the metadata store knows about it.
package struct ProfileImage: Equatable, Sendable {
    /// One stored size of an image.
    package struct Variant: Equatable, Sendable {
        /// Width and height in pixels.
        package let side: Int
        /// The length of the stored file.
        package let byteCount: Int

        package init(side: Int, byteCount: Int) {
            self.side = side
            self.byteCount = byteCount
        }
    }

    package let id: ImageID
    package let userID: UserID
    /// The format of every variant.
    package let format: ImageFormat
    /// The stored sizes, smallest first; never empty.
    package let variants: [Variant]
    /// When the image was set, in whole milliseconds.
    package let createdAt: Date

    /// - Precondition: `variants` is not empty: there is no image without a file.
    package init(id: ImageID, userID: UserID, format: ImageFormat, variants: [Variant], createdAt: Date) {
        precondition(!variants.isEmpty, "an image has at least one variant")
        self.id = id
        self.userID = userID
        self.format = format
        self.variants = variants.sorted { $0.side < $1.side }
        self.createdAt = Date(timeIntervalSince1970: (createdAt.timeIntervalSince1970 * 1000).rounded() / 1000)
    }

    /// The variant that stands for the image where one must be chosen: the largest.
    package var primaryVariant: Variant {
        variants[variants.count - 1]
    }

    /// The key of the file that holds `variant`.
    package func key(of variant: Variant) -> ObjectKey {
        .variant(of: id, side: variant.side, format: format)
    }
}
