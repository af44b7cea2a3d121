/// Resamples a square of a picture whose pixels come in any order, as in an interlaced file.
///
/// A target pixel is a sum of source pixels, so each source pixel is added when it comes. The memory depends on the
/// size of the target, not of the source.
struct PassResampler<Number: PixelNumber> {
    private let square: SourceSquare
    private let side: Int
    private let horizontal: ResampleWeights
    private let vertical: ResampleWeights
    private var levels: [SIMD4<Float>] = []
    private var source: [SIMD4<Float>]
    private var line: [SIMD4<Float>]
    private var sums: [SIMD4<Float>]

    init(_ square: SourceSquare, side: Int) {
        self.square = square
        self.side = side
        horizontal = ResampleWeights(
            start: square.x - Double(square.columns.lowerBound),
            length: square.width,
            available: square.columns.count,
            count: side
        )
        vertical = ResampleWeights(
            start: square.y - Double(square.rows.lowerBound),
            length: square.height,
            available: square.rows.count,
            count: side
        )
        source = Array(repeating: .zero, count: square.columns.count)
        line = Array(repeating: .zero, count: side)
        sums = Array(repeating: .zero, count: side * side)
    }

    /// Adds the first pixels of `pixels`, which belong at `columns` of `row`; pixels outside the square are ignored.
    mutating func add(_ pixels: Span<SIMD4<Number>>, at columns: [Int], row: Int) {
        guard square.rows ~= row else { return }
        load(pixels, at: columns)
        squeeze()
        let place = row - square.rows.lowerBound
        let taps = vertical.taps
        for y in 0..<side where vertical.first[y]..<vertical.first[y] + taps ~= place {
            let weight = vertical.weights[y * taps + place - vertical.first[y]]
            for x in 0..<side {
                sums[y * side + x] += weight * line[x]
            }
        }
    }

    /// The target in sRGB, after the last pixel.
    func image(_ transform: ColourTransform?) throws(ImageError) -> GDImage {
        var image = try GDImage(width: side, height: side)
        for y in 0..<side {
            var row = sums[y * side..<(y + 1) * side].map { Number.pixel(at: $0.unpremultiplied) }
            image.write(Number.sRGB(&row, transform).span, row: y)
        }
        return image
    }

    private mutating func load(_ pixels: Span<SIMD4<Number>>, at columns: [Int]) {
        if levels.count < columns.count { levels = Array(repeating: .zero, count: columns.count) }
        var span = levels.mutableSpan
        Number.levels(of: pixels, into: &span)
        for x in source.indices { source[x] = .zero }
        for (index, column) in columns.enumerated() where square.columns ~= column {
            source[column - square.columns.lowerBound] = levels[index].premultiplied
        }
    }

    private mutating func squeeze() {
        let taps = horizontal.taps
        for x in 0..<side {
            let first = horizontal.first[x]
            var sum = SIMD4<Float>.zero
            for tap in 0..<taps {
                sum += horizontal.weights[x * taps + tap] * source[first + tap]
            }
            line[x] = sum
        }
    }
}
