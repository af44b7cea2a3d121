/// Red, green, blue and alpha; colours are not premultiplied.
typealias Pixel = SIMD4<UInt8>

/// The same in 16 bits each.
typealias DeepPixel = SIMD4<UInt16>

/// What the numbers of a pixel may be: `UInt8` or `UInt16`.
typealias PixelNumber = SIMDScalar & FixedWidthInteger
