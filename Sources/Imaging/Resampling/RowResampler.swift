/// Resamples a square of a picture, row by row as it is decoded, to a square.
///
/// It takes exactly the rows of `SourceSquare.rows`, from top to bottom, each with exactly the pixels of
/// `SourceSquare.columns`.
struct RowResampler<Number: PixelNumber> {
    private let side: Int
    private let isOpaque: Bool
    private var lines: LineResampler<SIMD4<Float>>
    private var line: [SIMD4<Float>]

    /// The rows of the target that are finished, all of them once all rows were pushed.
    private(set) var pixels: [SIMD4<Number>] = []

    /// `isOpaque` promises that every alpha is 255, which spares the work for transparency.
    init(_ square: SourceSquare, side: Int, isOpaque: Bool) {
        self.side = side
        self.isOpaque = isOpaque
        lines = LineResampler(square, side: side)
        line = Array(repeating: .zero, count: square.columns.count)
        pixels.reserveCapacity(side * side)
    }

    mutating func push(_ row: Span<SIMD4<Number>>) {
        load(row)
        let line = line
        lines.push(line.span)
        lines.take { pixels.append(Number.pixel(at: isOpaque ? $0 : $0.unpremultiplied)) }
    }

    /// Colours are filtered premultiplied, so that a transparent pixel's colour does not bleed into its neighbours.
    private mutating func load(_ row: Span<SIMD4<Number>>) {
        Number.levels(of: row, into: &line)
        guard !isOpaque else { return }
        for x in line.indices { line[x] = line[x].premultiplied }
    }
}

extension RowResampler<UInt8> {
    /// The target, once all rows were pushed.
    var bitmap: Bitmap { Bitmap(width: side, height: side, pixels: pixels) }
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
