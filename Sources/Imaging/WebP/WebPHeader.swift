import Bytes

extension ImageHeader {
    /// Reads the chunks of the RIFF file: RFC 9649 §2.
    ///
    /// The time to calculate libwebp's memory grows with the number of pixels, so `limits` are checked first.
    static func webp(_ file: ByteReader, _ limits: ImageLimits?) throws(ImageError) -> ImageHeader {
        guard let size = file.uint32(at: 4), let riff = file.slice(from: 0, length: 8 + size) else {
            throw .corrupt(.webp, reason: "It ends too early")
        }
        guard let body = riff.slice(from: 20), let picture = webpPicture(riff, body) else {
            throw .corrupt(.webp, reason: "It does not begin with a header")
        }
        let animationFlag = 0x02
        let flags = riff.starts(with: "VP8X", at: 12) ? body.byte(at: 0) ?? 0 : 0
        let isAnimated = flags & animationFlag != 0
        try limits?.check(ImageHeader(format: .webp, width: picture.width, height: picture.height))
        return ImageHeader(
            format: .webp,
            width: picture.width,
            height: picture.height,
            orientation: webpOrientation(riff),
            isAnimated: isAnimated,
            frames: max(webpChunks(in: riff).count { $0.type.starts(with: "ANMF", at: 0) }, 1),
            heldBytes: try webpHeldBytes(riff, width: picture.width, height: picture.height, isAnimated: isAnimated)
        )
    }

    private static func webpPicture(_ riff: ByteReader, _ body: ByteReader) -> (width: Int, height: Int)? {
        if riff.starts(with: "VP8X", at: 12), let width = body.uint24(at: 4), let height = body.uint24(at: 7) {
            return (width + 1, height + 1)
        }
        // RFC 9649 §3.4: the signature, then width − 1 and height − 1 in 14 bits each.
        if riff.starts(with: "VP8L", at: 12), body.byte(at: 0) == 0x2F, let bits = body.uint32(at: 1) {
            return (bits & 0x3FFF + 1, bits >> 14 & 0x3FFF + 1)
        }
        return riff.starts(with: "VP8 ", at: 12) ? vp8Size(body) : nil
    }

    private static func webpOrientation(_ riff: ByteReader) -> ExifOrientation {
        webpChunk("EXIF", in: riff).map(ExifOrientation.init(exif:)) ?? .up
    }

    static func webpChunk(_ type: String, in riff: ByteReader) -> ByteReader? {
        webpChunks(in: riff).first { $0.type.starts(with: type, at: 0) }?.body
    }

    static func webpChunks(
        in riff: ByteReader,
        from start: Int = 12
    ) -> UnfoldSequence<(type: ByteReader, body: ByteReader), Int> {
        sequence(state: start) { offset in
            guard let type = riff.slice(from: offset, length: 4), let length = riff.uint32(at: offset + 4),
                let body = riff.slice(from: offset + 8, length: length)
            else { return nil }
            offset += 8 + length + length % 2
            return (type, body)
        }
    }
}

extension ImageHeader {
    /// The memory that decoding holds, in bytes.
    ///
    /// libwebp holds four bytes per pixel for its lossless format, and up to five per pixel for the alpha of its lossy
    /// format. If libwebp cannot shrink the frame, the decoded square takes four bytes per pixel, too; a frame of an
    /// animation needs two such squares, one for the frame and one for the whole picture.
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
            // libwebp uses the last ALPH chunk before the picture.
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

    /// Reads the frame tag, the start code, then 14 bits of size and 2 bits of scale for each side: RFC 6386 §9.1.
    static func vp8Size(_ frame: ByteReader) -> (width: Int, height: Int)? {
        guard let width = frame.uint16(at: 6), let height = frame.uint16(at: 8) else { return nil }
        return (width & 0x3FFF, height & 0x3FFF)
    }
}
