extension ImageHeader {
    static func png(_ bytes: ByteReader) throws(ImageError) -> ImageHeader {
        let file = try PNGFile(bytes)
        return ImageHeader(
            format: .png,
            width: file.width,
            height: file.height,
            orientation: file.orientation,
            isAnimated: file.frames != nil,
            frames: file.frames ?? 1,
            // libpng decodes row by row, but a file that it cannot read is there twice.
            heldBytes: file.needsRewriting ? bytes.count : 0
        )
    }
}
