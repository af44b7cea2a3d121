/// The reason why a picture was refused, or why the work on it failed.
package enum ImageError: Error, Equatable, Sendable {
    /// The file has no bytes.
    case empty

    /// The content has none of the `accepted` formats; `found` names its format if it is recognized.
    case unsupportedFormat(found: String?, accepted: [ImageFormat])

    /// The file exceeds `ImageLimits.maxBytes`.
    case tooManyBytes(found: Int, limit: Int)

    /// The picture exceeds `ImageLimits.maxPixels`.
    case tooManyPixels(width: Int, height: Int, limit: Int)

    /// The picture as stored exceeds `ImageLimits.maxWidth`.
    case tooWide(width: Int, limit: Int)

    /// The picture as stored exceeds `ImageLimits.maxHeight`.
    case tooHigh(height: Int, limit: Int)

    /// The long side is more than `ImageLimits.maxAspect` times as long as the short side.
    case tooLong(width: Int, height: Int, limit: Int)

    /// The animation has more frames than `ImageLimits.maxFrames`.
    case tooManyFrames(found: Int, limit: Int)

    /// The work needs more memory than one picture may have, or, if `needed` is nil, more than its estimate. A simpler
    /// coding of the picture may need less.
    case tooMuchMemory(needed: Int?, limit: Int)

    /// The work takes more processor time than `ImageLimits.maxSeconds`; a retry does not help.
    case tooMuchWork(seconds: Int)

    /// The file is damaged or incomplete; `reason` is a short sentence for the user.
    case corrupt(ImageFormat, reason: String)

    /// The decoder process crashed on the file: a bug of the decoder that the file triggers. `reason` names the signal,
    /// for the log.
    case decoderCrashed(ImageFormat, reason: String)

    /// The crop has no area, or lies completely outside the upright picture, which measures `width` × `height`.
    case cropOutside(PixelRect, width: Int, height: Int)

    /// Other pictures use the whole memory budget; a later retry helps.
    case busy

    /// No decoder process became available in time; a later retry may help.
    case noDecoder

    /// An allocation failed; a later retry may help.
    case outOfMemory

    /// Only a C library can decode the file, and the job forbids C libraries.
    case needsLibrary
}
