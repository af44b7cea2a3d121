/// How much each source pixel of a line gives to each target pixel: `taps` neighbours, beginning at `first`.
///
/// Shrinking averages over the area that a target pixel covers, which neither rings nor aliases visibly; enlarging
/// interpolates by Catmull-Rom cubics, which pass through the source pixels.
struct ResampleWeights {
    let taps: Int
    private(set) var first: [Int] = []
    private(set) var weights: [Float] = []

    /// Spreads the `length` from `start` over `count` targets; the source line has `available` pixels from 0.
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
            // Outside the edge the last pixel goes on.
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
