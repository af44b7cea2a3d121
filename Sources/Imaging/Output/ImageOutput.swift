/// The squares that are available of every picture: sides and formats.
package struct ImageOutput: Equatable, Sendable {
    /// The allowed sides, in pixels.
    package static let sideRange = 1...2048

    /// The formats that can be encoded.
    package static let formats: [ImageFormat] = [.jpeg, .png, .webp, .avif]

    /// The sides of the squares in pixels, smallest first; never empty.
    package let sides: [Int]

    /// The formats of the squares, the default first; never empty.
    package let formats: [ImageFormat]

    /// The encoder settings.
    package let encoding: ImageEncoding

    /// Clamps the sides to `sideRange` and drops formats that cannot be encoded; the settings refuse such values
    /// earlier.
    package init(
        sides: [Int] = [64, 128, 256, 512],
        formats: [ImageFormat] = [.jpeg, .webp, .avif],
        encoding: ImageEncoding = ImageEncoding()
    ) {
        let possible = sides.map { $0.clamped(to: Self.sideRange) }.sorted()
        self.sides = possible.isEmpty ? [Self.sideRange.upperBound] : possible
        let writable = formats.filter(Self.formats.contains)
        self.formats = writable.isEmpty ? [.jpeg] : writable
        self.encoding = encoding
    }

    /// The side of the master and of the default variant.
    package var largestSide: Int { sides[sides.count - 1] }

    /// The format of the default variant.
    package var defaultFormat: ImageFormat { formats[0] }

    /// The smallest side that is at least `side`; nil if there is none.
    package func side(atLeast side: Int) -> Int? {
        sides.first { $0 >= side }
    }

    /// Whether the default variant is the only variant, so that no master is needed.
    var isSingle: Bool { sides.count == 1 && formats.count == 1 }
}

/// One encoded square without metadata.
package struct ImageVariant: Sendable {
    /// The width and height in pixels.
    package let side: Int

    /// The format of `bytes`.
    package let format: ImageFormat

    /// The complete file.
    package let bytes: [UInt8]

    /// - Precondition: `bytes` is a file of this side and format.
    package init(side: Int, format: ImageFormat, bytes: [UInt8]) {
        self.side = side
        self.format = format
        self.bytes = bytes
    }
}

/// The master and the default variant of an upload.
package struct ProcessedImage: Sendable {
    /// The picture at its largest side, from which all other variants can be rendered at any time. Nil if there is only
    /// the default variant.
    package let master: ImageVariant?

    /// The default variant: the largest side in the default format.
    package let variant: ImageVariant

    /// - Precondition: `made` contains the variant, and before it the master, if there is one.
    init(_ made: [ImageVariant]) {
        master = made.count > 1 ? made[0] : nil
        variant = made[made.count - 1]
    }
}
