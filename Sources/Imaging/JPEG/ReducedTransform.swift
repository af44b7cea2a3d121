internal import Glibc

/// The inverse cosine transform of a block (ITU-T T.81 §A.3.3), of which only the means of small squares are wanted.
///
/// A mean is a sum of the coefficients, each with a weight that never changes: what a coefficient gives to all the means
/// is added as soon as it is read. Most are zero, and so cost nothing.
struct ReducedTransform<Means: ReducedMeans> {
    /// What a step of each coefficient, in the order of the file, gives to the means of the block; behind them nothing, up to
    /// where the end of a block leads.
    let weights: [Means]

    /// `steps` are the block's quantization.
    init(steps: [Float], eighths: Int) {
        let line = (0..<8).map { frequency in (0..<eighths).map { Self.mean(frequency, part: $0, of: eighths) } }
        let weights = steps.enumerated().map { place, step in
            let (row, column) = (Zigzag.order[place] / 8, Zigzag.order[place] % 8)
            var means = Means.zero
            for y in 0..<eighths {
                for x in 0..<eighths { means[y * eighths + x] = step * Float(line[row][y] * line[column][x]) }
            }
            return means
        }
        self.weights = weights + Array(repeating: .zero, count: HuffmanTable.endOfBlock)
    }

    /// The mean of a wave over one of the parts into which 8 pixels are divided.
    private static func mean(_ frequency: Int, part: Int, of parts: Int) -> Double {
        let pixels = part * 8 / parts..<(part + 1) * 8 / parts
        let values = pixels.map { cos(Double((2 * $0 + 1) * frequency) * .pi / 16) }
        return values.reduce(0, +) / Double(values.count) * (frequency == 0 ? 0.125.squareRoot() : 0.5)
    }
}
