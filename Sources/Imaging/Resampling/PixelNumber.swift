/// What the numbers of a pixel may be: `UInt8` or `UInt16`.
protocol PixelNumber: SIMDScalar, FixedWidthInteger, Codable {
    /// The numbers of pixels in the 255 levels of 8 bits, with what is between them: of as many as `levels` has room for.
    static func levels(of pixels: Span<SIMD4<Self>>, into levels: inout [SIMD4<Float>])

    /// The pixel that is nearest.
    static func pixel(at levels: SIMD4<Float>) -> SIMD4<Self>
}

// Each says so for itself, so that the generic code below is made for it here, in builds that look at one file at a time
// too: unspecialised, it takes a hundred times as long.

extension UInt8: PixelNumber {
    static func levels(of pixels: Span<SIMD4<Self>>, into levels: inout [SIMD4<Float>]) {
        widen(pixels, into: &levels)
    }

    static func pixel(at levels: SIMD4<Float>) -> SIMD4<Self> {
        nearest(levels)
    }
}

extension UInt16: PixelNumber {
    static func levels(of pixels: Span<SIMD4<Self>>, into levels: inout [SIMD4<Float>]) {
        widen(pixels, into: &levels)
    }

    static func pixel(at levels: SIMD4<Float>) -> SIMD4<Self> {
        nearest(levels)
    }
}

extension PixelNumber {
    fileprivate static func widen(_ pixels: Span<SIMD4<Self>>, into levels: inout [SIMD4<Float>]) {
        let level = 1 / steps
        for x in 0..<Swift.min(pixels.count, levels.count) {
            levels[x] = SIMD4<Float>(SIMD4<Int32>(truncatingIfNeeded: pixels[x])) * level
        }
    }

    fileprivate static func nearest(_ levels: SIMD4<Float>) -> SIMD4<Self> {
        SIMD4<Self>(rounded(levels.x), rounded(levels.y), rounded(levels.z), rounded(levels.w))
    }

    /// A cubic may swing a little beyond what there is.
    private static func rounded(_ level: Float) -> Self {
        Self(truncatingIfNeeded: Int32(Swift.max(0, Swift.min(255, level)) * steps + 0.5))
    }

    /// In each level: 65 535 is 257 times 255.
    private static var steps: Float { Float(Int32(truncatingIfNeeded: Self.max / 255)) }
}
