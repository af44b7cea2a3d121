/// The work on one file: the pictures that a decoder makes from it, and their encoding.
package struct DecodingJob: Equatable, Sendable {
    package enum Product: Equatable, Sendable {
        /// From an upload: the master, and the variant that is rendered from the master; if `isSingle`, only the
        /// variant, directly from the upload. `crop` is in pixels of the upright picture; nil means the whole picture.
        case upload(crop: PixelRect?, isSingle: Bool)

        /// From a master: one variant.
        case variant

        /// From a master: the centre rectangle of this size, cut from the square.
        case rectangle(width: Int, height: Int)
    }

    /// The largest side that a job may ask for, in pixels.
    static let largestSide = ImageOutput.sideRange.upperBound

    package let product: Product

    /// The width and height of the square in pixels.
    package let side: Int

    /// The format of the variant or of the rectangle.
    package let format: ImageFormat

    /// The encoder settings for `format`.
    package let encoding: ImageEncoding

    /// The limit on processor time, in seconds.
    package let maxSeconds: Int

    /// The reason why the first attempt refused this JPEG; the decoder then repairs the file. Nil: the decoder refuses
    /// a damaged file.
    package var damage: String?

    /// Whether libjpeg decodes a JPEG, without our own decoder.
    package let libjpegOnly: Bool

    /// Whether the decoder must not pass the file to a C library: a hostile file that takes over a library could read
    /// the pictures that the same process decodes later.
    package var forbidsLibraries = false

    package init(
        product: Product,
        side: Int,
        format: ImageFormat,
        encoding: ImageEncoding,
        maxSeconds: Int,
        damage: String? = nil,
        libjpegOnly: Bool = false
    ) {
        self.product = product
        self.side = side
        self.format = format
        self.encoding = encoding
        self.maxSeconds = maxSeconds
        self.damage = damage
        self.libjpegOnly = libjpegOnly
    }

    /// The most memory that decoding, resampling and encoding take, in bytes.
    func memory(of file: [UInt8], _ header: ImageHeader) throws(ImageError) -> Int {
        try target(header, file, ColourTransforms()).memory(encodingAs: format)
    }

    /// The upper bound on the size of all pictures of this job together, in bytes: for noise with alpha, in the format
    /// that compresses least.
    package var mostBytes: Int { Self.mostBytes(side: side) }

    /// The upper bound for every job, in bytes.
    package static var mostBytes: Int { mostBytes(side: largestSide) }

    private static func mostBytes(side: Int) -> Int {
        2 * (1 << 20 + 5 * side * side)
    }

    /// Whether the headers of `pictures` match the job in number, size and format.
    package func asks(for pictures: [ImageVariant]) -> Bool {
        let variant = (side, side, [format])
        let expected: [(width: Int, height: Int, formats: [ImageFormat])] =
            switch product {
            case .upload(_, isSingle: true), .variant: [variant]
            case .upload(_, isSingle: false): [(side, side, [.jpeg, .png]), variant]
            case .rectangle(let width, let height): [(width, height, [format])]
            }
        return pictures.count == expected.count
            && zip(pictures, expected).allSatisfy { picture, expected in
                guard picture.side == side,
                    let header = try? ImageHeader.read(picture.bytes, accepting: [picture.format])
                else { return false }
                return header.width == expected.width && header.height == expected.height
                    && expected.formats.contains(picture.format)
            }
    }

    /// Whether our decoder in Swift, which is memory-safe, decodes the file without a C library: an ordinary JPEG
    /// without a colour profile.
    package func isMemorySafe(_ file: [UInt8]) -> Bool {
        guard damage == nil, !libjpegOnly, Signature.format(of: file) == .jpeg,
            let header = try? ImageHeader.read(file),
            let target = try? target(header, file, ColourTransforms())
        else { return false }
        // Only libjpeg decodes a progressive JPEG at its full size.
        return (target.eighths < 8 || header.heldBytes == 0) && ICCProfile.find(in: file, .jpeg) == nil
    }

    /// The decoder's target for `file`. The time limit starts now.
    func target(
        _ header: ImageHeader,
        _ file: [UInt8],
        _ colours: ColourTransforms
    ) throws(ImageError) -> DecodingTarget {
        let crop: PixelRect? = if case .upload(let crop, _) = product { crop } else { nil }
        let target = DecodingTarget(
            header: header,
            square: try header.square(cropping: crop),
            side: side,
            colours: colours,
            limit: WorkLimit(seconds: maxSeconds),
            libjpegOnly: libjpegOnly,
            forbidsLibraries: forbidsLibraries
        )
        guard let damage else { return target }
        return target.repairing(file, reason: damage)
    }
}

/// The target of a decoder: this square of the picture, scaled to `side` × `side` pixels, in sRGB.
struct DecodingTarget {
    let header: ImageHeader
    let square: PixelRect
    let side: Int
    let colours: ColourTransforms
    let limit: WorkLimit
    /// Whether libjpeg decodes a JPEG, without our own decoder.
    var libjpegOnly = false
    /// The damage of a JPEG that the decoder repairs; nil if the decoder refuses damage.
    var damage: JPEGDamage?
    /// Whether the decoder must not pass the file to a C library.
    var forbidsLibraries = false

    /// The most memory that decoding, resampling and encoding as `format` take, in bytes.
    func memory(encodingAs format: ImageFormat) -> Int {
        // Measured: the rows in the decoder's buffers, and the source rows that make one row of the target.
        let rows = 512 * 1024 + 64 * header.width + 16 * square.width * (square.height / side + 3)
        return heldBytes + rows + GDImage.memory(side: side, encodingAs: format, isOpaque: header.format == .jpeg)
    }
}
