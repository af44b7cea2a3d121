/// What the numbers of a pixel may be: `UInt8` or `UInt16`.
protocol PixelNumber: SIMDScalar, FixedWidthInteger, Codable {
    /// The numbers of pixels in the 255 levels of 8 bits, with what is between them: of as many as `levels` has room for.
    static func levels(of pixels: Span<SIMD4<Self>>, into levels: inout MutableSpan<SIMD4<Float>>)

    /// The pixel that is nearest.
    static func pixel(at levels: SIMD4<Float>) -> SIMD4<Self>

    /// The pixels in sRGB and in 8 bits; they may be overwritten. `transform` is for this kind of number.
    static func sRGB(_ pixels: inout [SIMD4<Self>], _ transform: ColourTransform?) -> [Pixel]
}

// Each says so for itself, so that the generic code below is made for it here, in builds that look at one file at a time
// too: unspecialised, it takes a hundred times as long.

extension UInt8: PixelNumber {
    static func levels(of pixels: Span<SIMD4<Self>>, into levels: inout MutableSpan<SIMD4<Float>>) {
        widen(pixels, into: &levels)
    }

    static func pixel(at levels: SIMD4<Float>) -> SIMD4<Self> {
        nearest(levels)
    }

    static func sRGB(_ pixels: inout [Pixel], _ transform: ColourTransform?) -> [Pixel] {
        transform?.convert(&pixels)
        return pixels
    }
}

extension UInt16: PixelNumber {
    static func levels(of pixels: Span<SIMD4<Self>>, into levels: inout MutableSpan<SIMD4<Float>>) {
        widen(pixels, into: &levels)
    }

    static func pixel(at levels: SIMD4<Float>) -> SIMD4<Self> {
        nearest(levels)
    }

    /// They become 8 bits only here: in linear light these would be too coarse for what is dark.
    static func sRGB(_ pixels: inout [DeepPixel], _ transform: ColourTransform?) -> [Pixel] {
        var result = pixels.map { Pixel(rounding: $0) }
        transform?.convert(pixels, into: &result)
        return result
    }
}

extension PixelNumber {
    fileprivate static func widen(_ pixels: Span<SIMD4<Self>>, into levels: inout MutableSpan<SIMD4<Float>>) {
        let level = 1 / steps
        let count = 4 * Swift.min(pixels.count, levels.count)
        // One number after the other, without checks: the compiler converts several at once.
        unsafe pixels.withUnsafeBufferPointer { pixels in
            unsafe levels.withUnsafeMutableBufferPointer { levels in
                let numbers = unsafe UnsafeRawBufferPointer(pixels).assumingMemoryBound(to: Self.self)
                let floats = unsafe UnsafeMutableRawBufferPointer(levels).assumingMemoryBound(to: Float.self)
                for index in 0..<count {
                    unsafe floats[index] = Float(Int32(truncatingIfNeeded: numbers[index])) * level
                }
            }
        }
    }

    /// A cubic may swing a little beyond what there is.
    @inline(__always) fileprivate static func nearest(_ levels: SIMD4<Float>) -> SIMD4<Self> {
        let number = levels.replacing(with: 0, where: levels .< 0).replacing(with: 255, where: levels .> 255) * steps
        // A sum of 2²³ and less is rounded to a whole number, whose last bits are those of what was added; a half goes up. A
        // conversion would check each of the four.
        let bits = unsafe unsafeBitCast(number + 0x1p-10 + 0x1p23, to: SIMD4<UInt32>.self)
        return SIMD4<Self>(truncatingIfNeeded: bits)
    }

    /// In each level: 65 535 is 257 times 255.
    private static var steps: Float { Float(Int32(truncatingIfNeeded: Self.max / 255)) }
}
