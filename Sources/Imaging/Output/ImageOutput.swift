/// What can be had of every picture: squares of these sides, in these formats.
package struct ImageOutput: Equatable, Sendable {
    /// The sides that can be asked for.
    package static let sideRange = 1...2048

    /// The formats that can be written.
    package static let formats: [ImageFormat] = [.jpeg, .png, .webp, .avif]

    /// The sides of the squares in pixels, smallest first; never empty.
    package let sides: [Int]

    /// The formats of the squares, the default first; never empty.
    package let formats: [ImageFormat]

    /// How they are written.
    package let encoding: ImageEncoding

    /// What cannot be is brought to the nearest that can: settings refuse such values before they come here.
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

    /// The smallest side that is at least `side`; nil when there is none.
    package func side(atLeast side: Int) -> Int? {
        sides.first { $0 >= side }
    }

    /// Whether the default variant is all that there is, so that it needs no master.
    var isSingle: Bool { sides.count == 1 && formats.count == 1 }
}
