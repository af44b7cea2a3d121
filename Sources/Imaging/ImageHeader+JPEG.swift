extension ImageHeader {
    /// Walks the markers up to the first scan: ITU-T T.81 annex B.
    static func jpeg(_ file: ByteReader, accepting formats: [ImageFormat]) throws(ImageError) -> ImageHeader {
        var frame: (width: Int, height: Int)?
        var orientation: ExifOrientation?
        var offset = 2
        while let segment = nextJPEGSegment(in: file, from: offset) {
            switch segment.marker {
            case 0xDA:
                return try jpeg(frame, orientation)
            case 0xC4, 0xC8, 0xCC:
                break
            case 0xC0...0xCF:
                let found = try jpegFrame(segment.marker, segment.body, accepting: formats)
                frame = frame ?? found
            case 0xE1 where segment.body.starts(with: "Exif\0\0", at: 0):
                orientation = orientation ?? ExifOrientation(exif: segment.body)
            default:
                break
            }
            offset = segment.end
        }
        throw .corrupt(.jpeg, reason: "It ends before its pixels begin")
    }

    private static func jpeg(
        _ frame: (width: Int, height: Int)?,
        _ orientation: ExifOrientation?
    ) throws(ImageError) -> ImageHeader {
        guard let frame else { throw .corrupt(.jpeg, reason: "It has no frame header") }
        return ImageHeader(
            format: .jpeg,
            width: frame.width,
            height: frame.height,
            orientation: orientation ?? .up
        )
    }

    /// Table B.1: of the processes only the sequential and the progressive ones, of 8 bits, are what people call a JPEG.
    private static func jpegFrame(
        _ marker: Int,
        _ body: ByteReader,
        accepting formats: [ImageFormat]
    ) throws(ImageError) -> (width: Int, height: Int) {
        guard let bits = body.byte(at: 0), let height = body.uint16(at: 1), let width = body.uint16(at: 3) else {
            throw .corrupt(.jpeg, reason: "Its frame header is too short")
        }
        switch marker {
        case 0xC3, 0xC7, 0xCB, 0xCF: throw .unsupportedFormat(found: "lossless JPEG", accepted: formats)
        case 0xC5, 0xC6, 0xCD, 0xCE: throw .unsupportedFormat(found: "hierarchical JPEG", accepted: formats)
        case _ where bits != 8: throw .unsupportedFormat(found: "\(bits)-bit JPEG", accepted: formats)
        default: return (width, height)
        }
    }

    static func nextJPEGSegment(
        in file: ByteReader,
        from offset: Int
    ) -> (marker: Int, body: ByteReader, end: Int)? {
        var offset = offset
        // §B.1.1.2: a marker may be preceded by fill bytes; libjpeg also skips what is not a marker.
        while let byte = file.byte(at: offset), let next = file.byte(at: offset + 1) {
            guard byte == 0xFF, 0x02...0xFE ~= next, !(0xD0...0xD8 ~= next) else {
                offset += 1
                continue
            }
            guard next != 0xD9, let length = file.uint16(at: offset + 2),
                let body = file.slice(from: offset + 4, length: length - 2)
            else { return nil }
            return (next, body, offset + 2 + length)
        }
        return nil
    }
}
