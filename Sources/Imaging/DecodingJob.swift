/// What is to be made of one file.
package struct DecodingJob: Equatable, Sendable {
    package enum Product: Equatable, Sendable {
        /// Of an upload: the master, and the variant that is rendered from it; where `isSingle` only the variant, of the upload.
        /// `crop` is in pixels of the upright picture; nil means all of it.
        case upload(crop: PixelRect?, isSingle: Bool)

        /// Of a master: one variant.
        case variant

        /// Of a master: the rectangle of this size in the middle of the square.
        case rectangle(width: Int, height: Int)
    }

    /// The largest side that a picture is made in.
    static let largestSide = ImageOutput.sideRange.upperBound

    package let product: Product

    /// The width and height of the square in pixels.
    package let side: Int

    /// The format of the variant or of the rectangle.
    package let format: ImageFormat

    /// How that is written.
    package let encoding: ImageEncoding

    /// The most processor time, in seconds.
    package let maxSeconds: Int

    /// Why the file, a JPEG, was refused at first; it is to be repaired. Nil: damage is refused.
    package var damage: String?

    /// Whether no C library may see the file: one that it takes over could see the pictures that come after.
    package var forbidsLibraries = false

    package init(
        product: Product,
        side: Int,
        format: ImageFormat,
        encoding: ImageEncoding,
        maxSeconds: Int,
        damage: String? = nil
    ) {
        self.product = product
        self.side = side
        self.format = format
        self.encoding = encoding
        self.maxSeconds = maxSeconds
        self.damage = damage
    }

    /// What decoding, resampling and encoding take at most, in bytes.
    func memory(of file: [UInt8], _ header: ImageHeader) throws(ImageError) -> Int {
        try target(header, file, ColourTransforms()).memory(encodingAs: format)
    }

    /// The most bytes that all pictures which are made take together: of noise with alpha, in the format that saves least.
    package var mostBytes: Int { Self.mostBytes(side: side) }

    /// The same for any job.
    package static var mostBytes: Int { mostBytes(side: largestSide) }

    private static func mostBytes(side: Int) -> Int {
        2 * (1 << 20 + 5 * side * side)
    }

    /// Whether these are what the job asks for, by their own headers.
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

    /// Whether only our own decoder sees the file, which is memory-safe: an ordinary JPEG without a colour profile.
    package func isMemorySafe(_ file: [UInt8]) -> Bool {
        guard damage == nil, Signature.format(of: file) == .jpeg, let header = try? ImageHeader.read(file),
            let target = try? target(header, file, ColourTransforms())
        else { return false }
        // What a progressive file holds at full size only libjpeg decodes.
        return (target.eighths < 8 || header.heldBytes == 0) && ICCProfile.find(in: file, .jpeg) == nil
    }

    /// What the decoder has to make. The limit of time begins now.
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
            forbidsLibraries: forbidsLibraries
        )
        guard let damage else { return target }
        return target.repairing(file, reason: damage)
    }
}
