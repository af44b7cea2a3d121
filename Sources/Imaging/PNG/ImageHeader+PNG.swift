extension ImageHeader {
    /// Walks the chunks: PNG (third edition) §5.3.
    static func png(_ file: ByteReader) throws(ImageError) -> ImageHeader {
        guard file.starts(with: "IHDR", at: 12), let width = file.uint32(at: 16), let height = file.uint32(at: 20)
        else {
            throw .corrupt(.png, reason: "It does not begin with a header")
        }
        var orientation = ExifOrientation.up
        var frames: Int?
        var offset = 8
        while let length = file.uint32(at: offset), let body = file.slice(from: offset + 8, length: length) {
            if file.starts(with: "IEND", at: offset + 4) {
                return ImageHeader(
                    format: .png,
                    width: width,
                    height: height,
                    orientation: orientation,
                    isAnimated: frames != nil,
                    frames: frames ?? 1
                )
            }
            if file.starts(with: "eXIf", at: offset + 4) { orientation = ExifOrientation(exif: body) }
            if file.starts(with: "acTL", at: offset + 4) { frames = body.uint32(at: 0) ?? 1 }
            offset += 12 + length
        }
        throw .corrupt(.png, reason: "It ends too early")
    }
}
