/// What a decoder has to make: this square of the picture, in each of these sides, in sRGB.
struct DecodingTarget {
    let header: ImageHeader
    let square: PixelRect
    let sides: [Int]
    let colours: ColourTransforms
    let limit: WorkLimit

    /// What decoding, resampling and encoding as `format` take at most, in bytes.
    func memory(encodingAs format: ImageFormat) -> Int {
        // Measured: the rows that decoders and resamplers work on, and the squares as sums, pixels and bytes.
        let rows = 512 * 1024 + 64 * header.width
        let squares = sides.reduce(0) { $0 + 20 * $1 * $1 }
        let encoder = format == .avif ? sides.reduce(5 << 20) { $0 + 8 * $1 * $1 } : 0
        return header.heldBytes + rows + squares + encoder
    }

    /// Converts what was resampled.
    ///
    /// Filtering comes before the conversion: both RGB and grey numbers are powers of light much like those of sRGB, so
    /// that the order shows at hard edges only, and a small picture has hundreds of times fewer pixels than its source.
    func sRGB(_ bitmap: Bitmap, _ transform: ColourTransform?) -> Bitmap {
        guard let transform else { return bitmap }
        var pixels = bitmap.pixels
        transform.convert(&pixels)
        return Bitmap(width: bitmap.width, height: bitmap.height, pixels: pixels)
    }
}
