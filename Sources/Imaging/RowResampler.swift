/// Resamples a square of a picture, row by row as it is decoded, to a square bitmap.
///
/// It takes exactly the rows of `SourceSquare.rows`, from top to bottom, each with exactly the pixels of
/// `SourceSquare.columns`. It holds no more rows, already as wide as the target, than one target row is made of.
struct RowResampler {
    private let side: Int
    private let isOpaque: Bool
    private let horizontal: ResampleWeights
    private let vertical: ResampleWeights
    private var source: [SIMD4<Float>]
    private var ring: [SIMD4<Float>]
    private var pushed = 0
    private var finished = 0
    private var pixels: [Pixel] = []

    /// `isOpaque` promises that every alpha is 255, which spares the work for transparency.
    init(_ square: SourceSquare, side: Int, isOpaque: Bool) {
        let (columns, rows) = (square.columns, square.rows)
        self.side = side
        self.isOpaque = isOpaque
        horizontal = ResampleWeights(
            start: square.x - Double(columns.lowerBound),
            length: square.width,
            available: columns.count,
            count: side
        )
        vertical = ResampleWeights(
            start: square.y - Double(rows.lowerBound),
            length: square.height,
            available: rows.count,
            count: side
        )
        source = Array(repeating: .zero, count: columns.count)
        ring = Array(repeating: .zero, count: vertical.taps * side)
        pixels.reserveCapacity(side * side)
    }

    mutating func push(_ row: Span<Pixel>) {
        load(row)
        squeeze()
        pushed += 1
        while finished < side, vertical.first[finished] + vertical.taps <= pushed {
            finishRow()
        }
    }

    /// The target, once all rows were pushed.
    var bitmap: Bitmap { Bitmap(width: side, height: side, pixels: pixels) }

    /// Colours are filtered premultiplied, so that a transparent pixel's colour does not bleed into its neighbours.
    private mutating func load(_ row: Span<Pixel>) {
        for x in source.indices {
            let pixel = SIMD4<Float>(row[x])
            source[x] = isOpaque ? pixel : pixel.premultiplied
        }
    }

    private mutating func squeeze() {
        let taps = horizontal.taps
        let slot = pushed % vertical.taps * side
        for x in 0..<side {
            let first = horizontal.first[x]
            var sum = SIMD4<Float>.zero
            for tap in 0..<taps {
                sum += horizontal.weights[x * taps + tap] * source[first + tap]
            }
            ring[slot + x] = sum
        }
    }

    private mutating func finishRow() {
        let taps = vertical.taps
        let first = vertical.first[finished]
        for x in 0..<side {
            var sum = SIMD4<Float>.zero
            for tap in 0..<taps {
                sum += vertical.weights[finished * taps + tap] * ring[(first + tap) % taps * side + x]
            }
            pixels.append(Pixel(rounding: isOpaque ? sum : sum.unpremultiplied))
        }
        finished += 1
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
