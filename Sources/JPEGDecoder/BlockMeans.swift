internal import Glibc

/// The samples of a block, computed from its coefficients as they are read.
protocol BlockMeans {
    /// The contribution of a coefficient of value 1 to the samples.
    associatedtype Weight

    static var zero: Self { get }

    /// A block whose coefficients are all zero.
    static var grey: Self { get }

    /// `steps` are the block's quantization steps in zigzag order. The weights have the same order. After them come
    /// `HuffmanTable.endOfBlock` weights of zero, because an end of block leads to a place beyond the block.
    static func weights(steps: [Float], eighths: Int) -> [Weight]

    /// Adds the contribution of one coefficient.
    mutating func add(_ weight: Weight, times coefficient: Float)

    /// Computes the samples after the last coefficient and stores them in `result`.
    func finish(in result: inout Self)
}

/// The means of the small squares of a block. Each coefficient is added to all means as soon as it is read.
protocol ReducedMeans: BlockMeans, SIMD where Scalar == Float, Weight == Self {}

extension ReducedMeans {
    static var grey: Self { Self(repeating: 128) }

    static func weights(steps: [Float], eighths: Int) -> [Self] {
        ReducedTransform(steps: steps, eighths: eighths).weights
    }

    @inline(__always) func finish(in result: inout Self) {
        result = self
    }
}

// One extension for each type: in generic code the SIMD operators are loops over the elements, which the compiler
// vectorises badly.

extension SIMD2<Float>: ReducedMeans, BlockMeans {
    @inline(__always) mutating func add(_ weights: Self, times coefficient: Float) {
        self += weights * coefficient
    }
}

extension SIMD4<Float>: ReducedMeans, BlockMeans {
    @inline(__always) mutating func add(_ weights: Self, times coefficient: Float) {
        self += weights * coefficient
    }
}

extension SIMD16<Float>: ReducedMeans, BlockMeans {
    @inline(__always) mutating func add(_ weights: Self, times coefficient: Float) {
        self += weights * coefficient
    }
}

/// The inverse DCT of a block (ITU-T T.81 §A.3.3), reduced to the means of small squares.
///
/// A mean is a sum of the coefficients with constant weights, so each coefficient is added to all means as soon as it
/// is read. Most coefficients are zero and cost nothing.
struct ReducedTransform<Means: ReducedMeans> {
    /// For each coefficient in zigzag order, the contribution of its value 1 to the means; then weights of zero,
    /// because an end of block leads to a place beyond the block.
    let weights: [Means]

    /// `steps` are the block's quantization steps, in zigzag order.
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

    /// The mean of a cosine wave over one of `parts` equal parts of 8 pixels.
    private static func mean(_ frequency: Int, part: Int, of parts: Int) -> Double {
        let pixels = part * 8 / parts..<(part + 1) * 8 / parts
        let values = pixels.map { cos(Double((2 * $0 + 1) * frequency) * .pi / 16) }
        return values.reduce(0, +) / Double(values.count) * (frequency == 0 ? 0.125.squareRoot() : 0.5)
    }
}

/// The order in which a JPEG stores the coefficients of a block: ITU-T T.81 §A.3.6.
enum Zigzag {
    /// The index of each coefficient in the block, row by row: along the diagonals, alternately up and down.
    static let order: [Int] = (0..<15).flatMap { diagonal in
        let rows = (0..<8).filter { 0..<8 ~= diagonal - $0 }
        return (diagonal.isMultiple(of: 2) ? rows.reversed() : rows).map { $0 * 8 + diagonal - $0 }
    }
}
