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

    /// The picture as stored exceeds `ImageLimits.maxWidth`.
    case tooWide(width: Int, limit: Int)

    /// The picture as stored exceeds `ImageLimits.maxHeight`.
    case tooHigh(height: Int, limit: Int)

    /// One side exceeds the other more than `ImageLimits.maxAspect` times.
    case tooLong(width: Int, height: Int, limit: Int)

    /// The animation exceeds `ImageLimits.maxFrames`.
    case tooManyFrames(found: Int, limit: Int)

    /// The work takes more bytes than one picture may ever have, or more than was estimated for it, where `needed` is nil; a
    /// simpler coding of the picture may take less.
    case tooMuchMemory(needed: Int?, limit: Int)

    /// The work takes more processor time than `ImageLimits.maxSeconds`; trying again does not help.
    case tooMuchWork(seconds: Int)

    /// The file is damaged or incomplete; `reason` is a short phrase for a person.
    case corrupt(ImageFormat, reason: String)

    /// A decoder broke down over the file: a fault of the decoder, which the file brings out. `reason` names the signal, for
    /// the log.
    case decoderCrashed(ImageFormat, reason: String)

    /// The crop has no area, or nothing of it lies inside the upright picture, which measures `width` × `height`.
    case cropOutside(PixelRect, width: Int, height: Int)

    /// Others' pictures take all the memory that is for pictures; trying again later helps.
    case busy

    /// No process to decode in was to be had in time; trying again later may help.
    case noDecoder

    /// There was no memory for the work; trying again later may help.
    case outOfMemory

    /// Only a C library can decode the file, and the job forbids that.
    case needsLibrary
}
