import Bytes

/// The header of a picture file, read before any pixel is decoded and without a C library.
package struct ImageHeader: Sendable, Equatable {
    /// The format, detected by content.
    package let format: ImageFormat

    /// The width in pixels as stored, before the orientation is applied.
    package let width: Int

    /// The height in pixels as stored, before the orientation is applied.
    package let height: Int

    /// The orientation of the stored pixels; `.up` if the file has no valid orientation.
    package let orientation: ExifOrientation

    /// Whether there is more than one frame.
    package let isAnimated: Bool

    /// The number of frames; it may be too low if the file is damaged.
    package let frames: Int

    /// The bytes of the picture that the decoder must hold at once because of the coding.
    let heldBytes: Int

    /// Whether `heldBytes` shrinks when the picture is decoded at a fraction of its size.
    let shrinks: Bool

    /// The pixels of one coded picture: of the whole picture, or of one tile.
    let codedPixels: Int

    /// The part of the stored pixels that is shown; only HEIF and AVIF can hide pixels.
    let visible: PixelRect

    init(
        format: ImageFormat,
        width: Int,
        height: Int,
        orientation: ExifOrientation = .up,
        isAnimated: Bool = false,
        frames: Int = 1,
        heldBytes: Int = 0,
        shrinks: Bool = false,
        codedPixels: Int? = nil,
        visible: PixelRect? = nil
    ) {
        self.format = format
        self.width = width
        self.height = height
        self.orientation = orientation
        self.isAnimated = isAnimated
        self.frames = frames
        self.heldBytes = heldBytes
        self.shrinks = shrinks
        self.codedPixels = codedPixels ?? width.multipliedReportingOverflow(by: height).partialValue
        self.visible = visible ?? PixelRect(x: 0, y: 0, width: width, height: height)
    }

    /// Reads the header of an upload; throws if the upload exceeds `limits`, before any work that takes long.
    static func read(_ upload: [UInt8], within limits: ImageLimits) throws(ImageError) -> ImageHeader {
        let header = try read(upload, accepting: limits.formats, limits: limits)
        try limits.check(header)
        return header
    }

    /// Reads the header of a file in one of `formats`.
    package static func read(
        _ bytes: [UInt8],
        accepting formats: [ImageFormat] = ImageFormat.allCases
    ) throws(ImageError) -> ImageHeader {
        try read(bytes, accepting: formats, limits: nil)
    }

    private static func read(
        _ bytes: [UInt8],
        accepting formats: [ImageFormat],
        limits: ImageLimits?
    ) throws(ImageError) -> ImageHeader {
        guard !bytes.isEmpty else { throw .empty }
        let found = Signature.format(of: bytes)
        guard let format = found, formats.contains(format) else {
            throw .unsupportedFormat(found: found?.displayName ?? Signature.name(of: bytes), accepted: formats)
        }
        let header =
            switch format {
            case .jpeg: try jpeg(ByteReader(bytes), accepting: formats)
            case .png: try png(ByteReader(bytes))
            case .gif: try gif(ByteReader(bytes, order: .little))
            case .webp: try webp(ByteReader(bytes, order: .little), limits)
            case .avif, .heic: try heif(ByteReader(bytes), format)
            }
        guard header.width > 0, header.height > 0 else { throw .corrupt(format, reason: "It has no pixels") }
        return header
    }

    /// The width of the upright picture.
    package var uprightWidth: Int { orientation.swapsAxes ? visible.height : visible.width }

    /// The height of the upright picture.
    package var uprightHeight: Int { orientation.swapsAxes ? visible.width : visible.height }

    /// The square to show, in stored pixels: the centre square of `crop`, or of the whole picture if `crop` is nil.
    ///
    /// `crop` is in pixels of the upright picture. Only its part inside the picture counts.
    func square(cropping crop: PixelRect?) throws(ImageError) -> PixelRect {
        let crop = crop ?? PixelRect(x: 0, y: 0, width: uprightWidth, height: uprightHeight)
        guard let shown = crop.clamped(width: uprightWidth, height: uprightHeight) else {
            throw .cropOutside(crop, width: uprightWidth, height: uprightHeight)
        }
        let square = orientation.stored(shown.centreSquare, width: visible.width, height: visible.height)
        return square.moved(x: visible.x, y: visible.y)
    }
}
