/// The samples of a square, row by row: luma, and Cb and Cr unless the picture is grey.
struct YCbCrSamples {
    let luma: [Float]
    let chroma: [[Float]]

    /// The pixels of `range`: ITU-T T.871 §7.
    func pixels(_ range: Range<Int>) -> [Pixel] {
        guard chroma.count == 2 else { return range.map { Pixel(rounding: SIMD4(luma[$0], luma[$0], luma[$0], 255)) } }
        return range.map { Pixel(luma: luma[$0], blue: chroma[0][$0], red: chroma[1][$0]) }
    }
}

extension GDImage {
    /// Makes a square of this side in sRGB.
    init(side: Int, _ samples: YCbCrSamples, _ transform: ColourTransform?) throws(ImageError) {
        try self.init(width: side, height: side)
        guard transform != nil || samples.chroma.count != 2 else {
            for y in 0..<side { write(samples, row: y) }
            return
        }
        for y in 0..<side {
            var row = samples.pixels(y * side..<(y + 1) * side)
            transform?.convert(&row)
            write(row.span, row: y)
        }
    }

    /// Writes the same pixels as `YCbCrSamples.pixels`, eight at once.
    private mutating func write(_ samples: YCbCrSamples, row y: Int) {
        let start = y * width
        let whole = width & ~7
        unsafe row(y) { row in
            let target = UnsafeMutableRawBufferPointer(row)
            for x in stride(from: 0, to: whole, by: 8) {
                let pixels = samples.eightPixels(at: start + x)
                unsafe target.storeBytes(of: pixels, toByteOffset: 4 * x, as: SIMD8<UInt32>.self)
            }
        }
        guard whole < width else { return }
        let rest = samples.pixels(start + whole..<start + width)
        for x in whole..<width { self[x, y] = rest[x - whole] }
    }
}

extension YCbCrSamples {
    /// Eight opaque pixels in libgd's form, 0x00RRGGBB.
    @inline(__always) fileprivate func eightPixels(at place: Int) -> SIMD8<UInt32> {
        let luma = Self.eight(of: luma, at: place)
        let (blue, red) = (Self.eight(of: chroma[0], at: place) - 128, Self.eight(of: chroma[1], at: place) - 128)
        let green = luma - 0.344136 * blue - 0.714136 * red
        return Self.levels(luma + 1.402 * red) &<< 16 | Self.levels(green) &<< 8 | Self.levels(luma + 1.772 * blue)
    }

    @inline(__always) private static func eight(of samples: [Float], at place: Int) -> SIMD8<Float> {
        precondition(place + 8 <= samples.count)
        return unsafe samples.withUnsafeBytes {
            unsafe $0.loadUnaligned(fromByteOffset: 4 * place, as: SIMD8<Float>.self)
        }
    }

    /// Rounds as `Pixel(rounding:)` does.
    @inline(__always) private static func levels(_ values: SIMD8<Float>) -> SIMD8<UInt32> {
        let number = values.replacing(with: 0, where: values .< 0).replacing(with: 255, where: values .> 255)
        return unsafe unsafeBitCast(number + 0x1p-10 + 0x1p23, to: SIMD8<UInt32>.self) & 255
    }
}

extension Pixel {
    fileprivate init(luma: Float, blue: Float, red: Float) {
        let (blue, red) = (blue - 128, red - 128)
        let green = luma - 0.344136 * blue - 0.714136 * red
        self.init(rounding: SIMD4<Float>(luma + 1.402 * red, green, luma + 1.772 * blue, 255))
    }
}
