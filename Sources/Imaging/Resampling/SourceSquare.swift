/// The square that is shown, in pixels of the decoded picture. Its values have fractions because a decoder may reduce
/// the picture; width and height may differ a little because the decoder reduces to whole pixels.
struct SourceSquare {
    let x: Double
    let y: Double
    let width: Double
    let height: Double

    /// The decoded columns that the square touches.
    var columns: Range<Int> { Self.touched(from: x, length: width) }

    /// The decoded rows that the square touches.
    var rows: Range<Int> { Self.touched(from: y, length: height) }

    init(x: Double, y: Double, width: Double, height: Double) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    init(_ square: PixelRect, eighths: Int = 8) {
        let scale = Double(eighths) / 8
        self.init(square, scaleX: scale, scaleY: scale)
    }

    init(_ square: PixelRect, scaleX: Double, scaleY: Double) {
        self.init(
            x: Double(square.x) * scaleX,
            y: Double(square.y) * scaleY,
            width: Double(square.width) * scaleX,
            height: Double(square.height) * scaleY
        )
    }

    /// The tolerance of 1e-6 keeps a rounding error at the picture's edge from requesting a pixel beyond it.
    private static func touched(from start: Double, length: Double) -> Range<Int> {
        Int(start)..<Int((start + length - 1e-6).rounded(.up))
    }
}

/// The weights of the source pixels of a line in each target pixel: `taps` neighbours, from `first` on.
///
/// A reduction averages the area that a target pixel covers, without ringing or visible aliasing. An enlargement
/// interpolates with Catmull-Rom cubics, which pass through the source pixels.
struct ResampleWeights {
    let taps: Int
    private(set) var first: [Int] = []
    private(set) var weights: [Float] = []

    /// Divides `length` source pixels from `start` on into `count` target pixels; the source line has `available`
    /// pixels from 0.
    init(start: Double, length: Double, available: Int, count: Int) {
        let step = length / Double(count)
        // A line that keeps its length is copied.
        let isArea = step > 1 || step == 1 && start == start.rounded()
        let starts = (0..<count).map { start + Double($0) * step }
        let touched = starts.map { Int(($0 + step).rounded(.up)) - Int($0) }
        taps = min(available, isArea ? touched.max() ?? 1 : 4)
        for from in starts {
            if isArea {
                appendArea(from: from, to: from + step, available: available)
            } else {
                appendCubic(centre: from + step / 2 - 0.5, available: available)
            }
        }
    }

    private mutating func appendArea(from: Double, to: Double, available: Int) {
        let begin = min(Int(from), available - taps)
        append(
            begin,
            (begin..<begin + taps).map { pixel in
                max(0, min(to, Double(pixel + 1)) - max(from, Double(pixel)))
            }
        )
    }

    private mutating func appendCubic(centre: Double, available: Int) {
        let base = Int(centre.rounded(.down)) - 1
        let begin = min(max(base, 0), available - taps)
        var values = [Double](repeating: 0, count: taps)
        for pixel in base..<base + 4 {
            // Beyond the edge the last pixel repeats.
            values[min(max(pixel, 0), available - 1) - begin] += Self.cubic(abs(centre - Double(pixel)))
        }
        append(begin, values)
    }

    private mutating func append(_ begin: Int, _ values: [Double]) {
        let sum = values.reduce(0, +)
        first.append(begin)
        weights.append(contentsOf: values.map { Float($0 / sum) })
    }

    private static func cubic(_ distance: Double) -> Double {
        switch distance {
        case ..<1: (1.5 * distance - 2.5) * distance * distance + 1
        case ..<2: ((-0.5 * distance + 2.5) * distance - 4) * distance + 2
        default: 0
        }
    }
}
