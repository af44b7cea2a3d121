/// What a decoder has to make: this square of the picture, in each of these sides, in sRGB.
struct DecodingTarget {
    let header: ImageHeader
    let square: PixelRect
    let sides: [Int]
    let colours: ColourTransforms

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
}
