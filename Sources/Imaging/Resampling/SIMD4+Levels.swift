extension SIMD4 where Scalar: PixelNumber {
    /// A pixel's numbers, of 8 bits or 16, in the 255 levels of 8 bits, with what is between them.
    var levels: SIMD4<Float> { SIMD4<Float>(SIMD4<Int32>(truncatingIfNeeded: self)) * (1 / Self.steps) }

    /// The pixel that is nearest.
    init(rounding levels: SIMD4<Float>) {
        self.init(Self.nearest(levels.x), Self.nearest(levels.y), Self.nearest(levels.z), Self.nearest(levels.w))
    }

    /// A cubic may swing a little beyond what there is.
    private static func nearest(_ level: Float) -> Scalar {
        Scalar(truncatingIfNeeded: Int32(Swift.max(0, Swift.min(255, level)) * steps + 0.5))
    }

    /// In each level: 65 535 is 257 times 255.
    private static var steps: Float { Float(Int32(truncatingIfNeeded: Scalar.max / 255)) }
}
