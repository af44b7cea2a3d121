/// Red, green, blue and alpha; colours are not premultiplied.
package typealias Pixel = SIMD4<UInt8>
