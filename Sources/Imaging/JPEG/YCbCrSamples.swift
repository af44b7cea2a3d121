/// The samples of a square, row after row: of luma, and of blue and red where it is not grey.
struct YCbCrSamples {
    let luma: [Float]
    let chroma: [[Float]]

    /// The pixels of a part: ITU-T T.871 §7.
    func pixels(_ range: Range<Int>) -> [Pixel] {
        guard chroma.count == 2 else { return range.map { Pixel(rounding: SIMD4(luma[$0], luma[$0], luma[$0], 255)) } }
        return range.map { Pixel(luma: luma[$0], blue: chroma[0][$0], red: chroma[1][$0]) }
    }
}

extension GDImage {
    /// The square of this side in sRGB.
    init(side: Int, _ samples: YCbCrSamples, _ transform: ColourTransform?) throws(ImageError) {
        try self.init(width: side, height: side)
        for y in 0..<side {
            var row = samples.pixels(y * side..<(y + 1) * side)
            transform?.convert(&row)
            write(row.span, row: y)
        }
    }
}

extension Pixel {
    fileprivate init(luma: Float, blue: Float, red: Float) {
        let (blue, red) = (blue - 128, red - 128)
        let green = luma - 0.344136 * blue - 0.714136 * red
        self.init(rounding: SIMD4<Float>(luma + 1.402 * red, green, luma + 1.772 * blue, 255))
    }
}
