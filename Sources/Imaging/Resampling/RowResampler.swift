/// Resamples a square of a picture, row by row as it is decoded, to a square bitmap.
///
/// It takes exactly the rows of `SourceSquare.rows`, from top to bottom, each with exactly the pixels of
/// `SourceSquare.columns`.
struct RowResampler {
    private let side: Int
    private let isOpaque: Bool
    private var lines: LineResampler<SIMD4<Float>>
    private var line: [SIMD4<Float>]
    private var pixels: [Pixel] = []

    /// `isOpaque` promises that every alpha is 255, which spares the work for transparency.
    init(_ square: SourceSquare, side: Int, isOpaque: Bool) {
        self.side = side
        self.isOpaque = isOpaque
        lines = LineResampler(square, side: side)
        line = Array(repeating: .zero, count: square.columns.count)
        pixels.reserveCapacity(side * side)
    }

    mutating func push(_ row: Span<Pixel>) {
        load(row)
        let line = line
        lines.push(line.span)
        lines.take { pixels.append(Pixel(rounding: isOpaque ? $0 : $0.unpremultiplied)) }
    }

    /// The target, once all rows were pushed.
    var bitmap: Bitmap { Bitmap(width: side, height: side, pixels: pixels) }

    /// Colours are filtered premultiplied, so that a transparent pixel's colour does not bleed into its neighbours.
    private mutating func load(_ row: Span<Pixel>) {
        for x in line.indices {
            let pixel = SIMD4<Float>(SIMD4<Int32>(truncatingIfNeeded: row[x]))
            line[x] = isOpaque ? pixel : pixel.premultiplied
        }
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

extension Pixel {
    init(rounding value: SIMD4<Float>) {
        self.init(value.x.byte, value.y.byte, value.z.byte, value.w.byte)
    }
}

extension Float {
    /// A cubic may swing a little beyond what a byte holds.
    fileprivate var byte: UInt8 { UInt8(Swift.max(0, Swift.min(255, self)) + 0.5) }
}
