extension ImageHeader {
    /// libwebp keeps four bytes of each pixel for its lossless format, up to five beside the lossy for alpha. Where it cannot
    /// shrink, the pixels that it makes take four as well; two such pictures make a frame on its background.
    static func webpHeldBytes(
        _ riff: ByteReader,
        width: Int,
        height: Int,
        isAnimated: Bool
    ) throws(ImageError) -> Int {
        let square = 4 * min(width, height) * min(width, height)
        let screen = isAnimated ? 2 * square : 0
        let frame = isAnimated ? webpChunk("ANMF", in: riff) : nil
        var alphas: ByteReader?
        for chunk in frame.map({ webpChunks(in: $0, from: 16) }) ?? webpChunks(in: riff) {
            // libwebp takes the last before the picture.
            if chunk.type.starts(with: "ALPH", at: 0) { alphas = chunk.body }
            if chunk.type.starts(with: "VP8L", at: 0) {
                return screen + 4 * width * height + (try LosslessPrelude.heldBytes(picture: chunk.body))
            }
            guard chunk.type.starts(with: "VP8 ", at: 0) else { continue }
            guard let alphas, let size = vp8Size(chunk.body) else { return screen }
            let prelude = try LosslessPrelude.heldBytes(alphas: alphas, width: size.width, height: size.height)
            return screen + 5 * width * height + (isAnimated ? 0 : square) + prelude
        }
        throw .corrupt(.webp, reason: "Its first frame is damaged or incomplete")
    }

    /// RFC 6386 §9.1: frame tag, start code, then 14 bits of size and 2 of scale, twice.
    static func vp8Size(_ frame: ByteReader) -> (width: Int, height: Int)? {
        guard let width = frame.uint16(at: 6), let height = frame.uint16(at: 8) else { return nil }
        return (width & 0x3FFF, height & 0x3FFF)
    }
}
