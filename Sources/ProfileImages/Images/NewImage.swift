package import Imaging

/// An unprocessed picture that will become a user's image.
package struct NewImage: Sendable {
    /// The bytes of the uploaded or fetched file.
    package let bytes: [UInt8]
    /// The visible part in pixels of the upright picture; nil for the centre square.
    package let crop: PixelRect?
    /// The name that the sender gave.
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

/// A processed picture whose files are not stored yet.
package struct PreparedImage: Sendable {
    package let image: ProfileImage
    /// The name that the sender gave.
    package let name: String
    /// The files to store, with their keys.
    package let files: [(bytes: [UInt8], key: ObjectKey)]
}

/// The files of a processed picture, with their keys.
struct ImageFiles {
    /// The key of the object that variants are rendered from; the default variant itself if the output has only that
    /// variant.
    let master: ObjectKey
    let variant: ProfileImage.Variant
    /// The SHA-256 of the master.
    let digest: ContentDigest
    let all: [(bytes: [UInt8], key: ObjectKey)]

    init(_ processed: ProcessedImage, of id: MediaID) {
        let made = processed.variant
        let key = ObjectKey.variant(of: id, side: made.side, format: made.format)
        variant = .init(side: made.side, format: made.format, byteCount: made.bytes.count)
        digest = ContentDigest(of: processed.master?.bytes ?? made.bytes)
        guard let best = processed.master else {
            (master, all) = (key, [(made.bytes, key)])
            return
        }
        master = .master(of: id, format: best.format)
        all = [(best.bytes, master), (made.bytes, key)]
    }
}
