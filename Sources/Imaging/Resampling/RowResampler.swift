/// Resamples a square of a picture, row by row as it is decoded, to a square in sRGB.
///
/// Filtering comes before the conversion to sRGB: both RGB and grey numbers are powers of light much like those of sRGB, so
/// that the order shows at hard edges only, and a small picture has hundreds of times fewer pixels than its source. In
/// linear light fine bright detail would come out brighter, but JPEG and WebP shrink while they decode, which is never
/// linear, and browsers and libvips do not either: pictures would differ by their format.
///
/// It takes exactly the rows of `SourceSquare.rows`, from top to bottom, each with exactly the pixels of
/// `SourceSquare.columns`.
struct RowResampler<Number: PixelNumber>: ~Copyable {
    private let isOpaque: Bool
    private var lines: LineResampler<SIMD4<Float>>
    private var finished: [SIMD4<Number>]
    private let transform: ColourTransform?
    private var count = 0

    /// The target, once all rows were pushed.
    private(set) var image: GDImage

    /// `isOpaque` promises that every alpha is 255, which spares the work for transparency.
    init(
        _ square: SourceSquare,
        side: Int,
        isOpaque: Bool,
        _ transform: ColourTransform? = nil
    ) throws(ImageError) {
        image = try GDImage(width: side, height: side)
        self.isOpaque = isOpaque
        self.transform = transform
        lines = LineResampler(square, side: side)
        finished = Array(repeating: .zero, count: side)
    }

    mutating func push(_ row: Span<SIMD4<Number>>) {
        let isOpaque = isOpaque
        lines.push { Self.load(row, into: &$0, isOpaque: isOpaque) }
        lines.take { row in
            for x in finished.indices { finished[x] = Number.pixel(at: isOpaque ? row[x] : row[x].unpremultiplied) }
            image.write(Number.sRGB(&finished, transform).span, row: count)
            count += 1
        }
    }

    /// Colours are filtered premultiplied, so that a transparent pixel's colour does not bleed into its neighbours.
    private static func load(
        _ row: Span<SIMD4<Number>>,
        into levels: inout MutableSpan<SIMD4<Float>>,
        isOpaque: Bool
    ) {
        Number.levels(of: row, into: &levels)
        guard !isOpaque else { return }
        for x in levels.indices { levels[x] = levels[x].premultiplied }
    }
}

extension SIMD4<Float> {
    var premultiplied: Self {
        var product = self * (w / 255)
        product.w = w
        return product
    }

    var unpremultiplied: Self {
        guard w > 0 else { return .zero }
        var quotient = self * (255 / w)
        quotient.w = w
        return quotient
    }
}
