extension ImageHeader {
    /// Walks the chunks of the RIFF file: RFC 9649 §2.
    ///
    /// What libwebp must hold takes time to find out, for the more pixels the longer, so the size is checked first.
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
        // RFC 9649 §3.4: signature, then two times 14 bits.
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
