/// The means of the small squares of a block.
protocol BlockMeans: SIMD where Scalar == Float {
    /// What a coefficient gives to each mean, beside those that were there before.
    mutating func add(_ weights: Self, times coefficient: Float)
}

// Each for its own type: in generic code the operators of SIMD are loops over its numbers, of which the compiler makes poor
// vectors.

extension SIMD2<Float>: BlockMeans {
    @inline(__always) mutating func add(_ weights: Self, times coefficient: Float) {
        self += weights * coefficient
    }
}

extension SIMD4<Float>: BlockMeans {
    @inline(__always) mutating func add(_ weights: Self, times coefficient: Float) {
        self += weights * coefficient
    }
}

extension SIMD16<Float>: BlockMeans {
    @inline(__always) mutating func add(_ weights: Self, times coefficient: Float) {
        self += weights * coefficient
    }
}
