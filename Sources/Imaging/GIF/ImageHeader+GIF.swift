extension ImageHeader {
    /// Looks at the screen, and at the first frame: GIF89a §18–20.
    ///
    /// A frame need not keep to the logical screen, so that both decide how large the picture is.
    static func gif(_ file: ByteReader) throws(ImageError) -> ImageHeader {
        guard let width = file.uint16(at: 6), let height = file.uint16(at: 8), let frame = GIFFrame(firstIn: file)
        else { throw .corrupt(.gif, reason: "It ends before its first frame does") }
        guard frame.rect.width > 0, frame.rect.height > 0 else {
            throw .corrupt(.gif, reason: "Its first frame is empty")
        }
        let frames = frame.count(in: file)
        return ImageHeader(
            format: .gif,
            width: max(width, frame.rect.x + frame.rect.width),
            height: max(height, frame.rect.y + frame.rect.height),
            isAnimated: frames > 1,
            frames: frames
        )
    }
}
