/// Red, green, blue and alpha; colours are not premultiplied.
typealias Pixel = SIMD4<UInt8>
