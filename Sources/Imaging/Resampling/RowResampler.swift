/// Resamples a square of a picture, row by row as it is decoded, to a square in sRGB.
///
/// It filters before the conversion to sRGB. RGB and grey samples have a gamma close to the gamma of sRGB, so the order
/// matters only at hard edges, and the small result has hundreds of times fewer pixels to convert than the source. In
/// linear light fine bright detail would become brighter. But JPEG and WebP reduce the size while they decode, which is
/// never linear, so pictures would differ by their format. Browsers and libvips do not filter in linear light either.
///
/// It takes exactly the rows of `SourceSquare.rows`, from top to bottom, each with exactly the pixels of
/// `SourceSquare.columns`.
struct RowResampler<Number: PixelNumber>: ~Copyable {
    private let isOpaque: Bool
    private var lines: LineResampler<SIMD4<Float>>
    private var finished: [SIMD4<Number>]
    private let transform: ColourTransform?
    private var count = 0

    /// The target; complete after the last row.
    private(set) var image: GDImage

    /// `isOpaque` promises that every alpha is 255, which saves the work for transparency.
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

    /// Loads premultiplied colours, so that the colour of a transparent pixel does not bleed into its neighbours.
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
