/// Why a picture was refused.
package enum ImageError: Error, Equatable, Sendable {
    /// There were no bytes at all.
    case empty

    /// The content is none of `accepted`; `found` names what it is, where that can be told.
    case unsupportedFormat(found: String?, accepted: [ImageFormat])

    /// The file exceeds `ImageLimits.maxBytes`.
    case tooManyBytes(found: Int, limit: Int)

    /// The picture exceeds `ImageLimits.maxPixels`.
    case tooManyPixels(width: Int, height: Int, limit: Int)

    /// The file is damaged or incomplete; `reason` is a short phrase for a person.
    case corrupt(ImageFormat, reason: String)

    /// The crop does not lie inside the upright picture, which measures `width` × `height`.
    case cropOutside(PixelRect, width: Int, height: Int)

    /// There was no memory for the work; trying again later may help.
    case outOfMemory
}
