/// What a decoder has to make: this square of the picture, in this side, in sRGB.
struct DecodingTarget {
    let header: ImageHeader
    let square: PixelRect
    let side: Int
    let colours: ColourTransforms
    let limit: WorkLimit
    /// Whether a JPEG with any damage is refused.
    var strictJPEG = false

    /// What decoding, resampling and encoding as `format` take at most, in bytes.
    func memory(encodingAs format: ImageFormat) -> Int {
        // Measured: the rows that decoders work on and those that make one of the target.
        let rows = 512 * 1024 + 64 * header.width + 16 * square.width * (square.height / side + 3)
        return heldBytes + rows + Bitmap.memory(side: side, encodingAs: format)
    }

    /// Converts what was resampled.
    ///
    /// Filtering comes before the conversion: both RGB and grey numbers are powers of light much like those of sRGB, so
    /// that the order shows at hard edges only, and a small picture has hundreds of times fewer pixels than its source.
    /// In linear light fine bright detail would come out brighter, but JPEG and WebP shrink while they decode, which is
    /// never linear, and browsers and libvips do not either: pictures would differ by their format.
    func sRGB(_ bitmap: Bitmap, _ transform: ColourTransform?) -> Bitmap {
        guard let transform else { return bitmap }
        var pixels = bitmap.pixels
        transform.convert(&pixels)
        return Bitmap(width: bitmap.width, height: bitmap.height, pixels: pixels)
    }

    /// Converts what was resampled in 16 bits. They become 8 only here: in linear light these would be too coarse for what
    /// is dark.
    func sRGB(_ pixels: [DeepPixel], from space: ColourSpace?) -> Bitmap {
        var result = pixels.map { Pixel(rounding: $0) }
        if let space, colours.toSRGB(from: space) != nil,
            let converter = ColourConverter(toSRGBFrom: space, isDeep: true)
        {
            converter.convert(pixels, into: &result)
        }
        return Bitmap(width: side, height: side, pixels: result)
    }
}
