/// Red, green, blue and alpha; colours are not premultiplied.
package typealias Pixel = SIMD4<UInt8>

/// The same in 16 bits each.
typealias DeepPixel = SIMD4<UInt16>

extension Pixel {
    /// The pixel that is nearest to these levels.
    init(rounding levels: SIMD4<Float>) {
        self = UInt8.pixel(at: levels)
    }

    /// The pixel of 8 bits that is nearest to one of 16: 65 535 is 257 times 255.
    init(rounding pixel: DeepPixel) {
        self.init(truncatingIfNeeded: (SIMD4<UInt32>(truncatingIfNeeded: pixel) &+ 128) / 257)
    }
}
