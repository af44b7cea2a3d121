/// What a decoder has to make: this square of the picture, in this side, in sRGB.
struct DecodingTarget {
    let header: ImageHeader
    let square: PixelRect
    let side: Int
    let colours: ColourTransforms
    let limit: WorkLimit
    /// What is wrong with a JPEG that is to be repaired; nothing where damage is refused.
    var damage: JPEGDamage?
    /// Whether no C library may see the file.
    var forbidsLibraries = false

    /// What decoding, resampling and encoding as `format` take at most, in bytes.
    func memory(encodingAs format: ImageFormat) -> Int {
        // Measured: the rows that decoders work on and those that make one of the target.
        let rows = 512 * 1024 + 64 * header.width + 16 * square.width * (square.height / side + 3)
        return heldBytes + rows + GDImage.memory(side: side, encodingAs: format, isOpaque: header.format == .jpeg)
    }
}
