/// The samples of a block, made of its coefficients as they are read.
protocol BlockMeans {
    /// What a step of one coefficient gives.
    associatedtype Weight

    static var zero: Self { get }

    /// A block without coefficients.
    static var grey: Self { get }

    /// `steps` are the block's quantization in the order of the file. The weights come in that order, too; behind them some
    /// that give nothing, up to where the end of a block leads.
    static func weights(steps: [Float], eighths: Int) -> [Weight]

    /// What a coefficient gives, beside those that were there before.
    mutating func add(_ weight: Weight, times coefficient: Float)

    /// All coefficients were added: the block becomes `result`.
    func finish(in result: inout Self)
}

/// The means of the small squares of a block, to each of which every coefficient is added as soon as it is read.
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

// Each for its own type: in generic code the operators of SIMD are loops over its numbers, of which the compiler makes poor
// vectors.

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
