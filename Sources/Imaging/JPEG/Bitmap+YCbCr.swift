extension Bitmap {
    /// A square of samples of luma, and of blue and red where it is not grey: ITU-T T.871 §7.
    init(side: Int, luma: [Float], chroma: [[Float]]) {
        let pixels =
            chroma.count == 2
            ? luma.indices.map { Pixel(luma: luma[$0], blue: chroma[0][$0], red: chroma[1][$0]) }
            : luma.map { Pixel(rounding: SIMD4($0, $0, $0, 255)) }
        self.init(width: side, height: side, pixels: pixels)
    }
}

extension Pixel {
    fileprivate init(luma: Float, blue: Float, red: Float) {
        let (blue, red) = (blue - 128, red - 128)
        let green = luma - 0.344136 * blue - 0.714136 * red
        self.init(rounding: SIMD4<Float>(luma + 1.402 * red, green, luma + 1.772 * blue, 255))
    }
}
