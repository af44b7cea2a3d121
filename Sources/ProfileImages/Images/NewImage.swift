package import Imaging

/// A picture that is to become a user's image.
package struct NewImage: Sendable {
    /// The file as it came.
    package let bytes: [UInt8]
    /// The part to show, in upright pixels; nil for the centre square.
    package let crop: PixelRect?
    /// What its sender calls it.
    package let name: String
    package let source: ImageSource
    package let rating: ImageRating

    package init(
        _ bytes: [UInt8],
        crop: PixelRect? = nil,
        name: String = "",
        source: ImageSource = .upload,
        rating: ImageRating = .g
    ) {
        self.bytes = bytes
        self.crop = crop
        self.name = name
        self.source = source
        self.rating = rating
    }
}
