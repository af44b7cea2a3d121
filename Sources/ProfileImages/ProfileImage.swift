package import FoundationEssentials
package import Imaging

/// A user's current profile image: what the metadata store knows about it.
package struct ProfileImage: Equatable, Sendable {
    /// The variant that stands for the image where one must be chosen.
    package struct Variant: Equatable, Sendable {
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

    package let id: ImageID
    package let userID: UserID
    /// What all variants are made of; the default variant itself when there were no others to make.
    package let master: ObjectKey
    /// The default variant, which is always stored.
    package let variant: Variant
    /// When the image was set, in whole milliseconds.
    package let createdAt: Date

    package init(id: ImageID, userID: UserID, master: ObjectKey, variant: Variant, createdAt: Date) {
        self.id = id
        self.userID = userID
        self.master = master
        self.variant = variant
        self.createdAt = Date(timeIntervalSince1970: (createdAt.timeIntervalSince1970 * 1000).rounded() / 1000)
    }

    /// The key of the default variant.
    package var key: ObjectKey {
        .variant(of: id, side: variant.side, format: variant.format)
    }
}
