/// The type of a pixel's components: `UInt8` or `UInt16`.
protocol PixelNumber: SIMDScalar, FixedWidthInteger, Codable {
    /// Converts pixels to levels from 0 to 255, with fractions; as many pixels as `levels` has room for.
    static func levels(of pixels: Span<SIMD4<Self>>, into levels: inout MutableSpan<SIMD4<Float>>)

    /// The pixel that is nearest to these levels.
    static func pixel(at levels: SIMD4<Float>) -> SIMD4<Self>

    /// Converts the pixels to sRGB with 8 bits, and may overwrite `pixels`. `transform` must be for this component
    /// type.
    static func sRGB(_ pixels: inout [SIMD4<Self>], _ transform: ColourTransform?) -> [Pixel]
}

// Each type has its own functions, so that the compiler specialises the generic code below in this file, also in builds
// that compile one file at a time. Unspecialised code takes a hundred times as long.

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

    /// The conversion to 8 bits comes last: in linear light 8 bits are too coarse for dark colours.
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
        // One component after the other, without bounds checks: the compiler converts several at once.
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

    /// Clamps to 0…255, because cubic interpolation may overshoot.
    @inline(__always) fileprivate static func nearest(_ levels: SIMD4<Float>) -> SIMD4<Self> {
        let number = levels.replacing(with: 0, where: levels .< 0).replacing(with: 255, where: levels .> 255) * steps
        // The sum of 2²³ and a small number has no fraction: its last bits are the rounded number; a half rounds up. A
        // conversion would check each of the four numbers.
        let bits = unsafe unsafeBitCast(number + 0x1p-10 + 0x1p23, to: SIMD4<UInt32>.self)
        return SIMD4<Self>(truncatingIfNeeded: bits)
    }

    /// The steps in each level, 1 or 257: 65 535 is 257 times 255.
    private static var steps: Float { Float(Int32(truncatingIfNeeded: Self.max / 255)) }
}
