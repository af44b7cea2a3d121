extension ImageHeader {
    /// Walks the markers up to the first scan: ITU-T T.81 annex B.
    static func jpeg(_ file: ByteReader, accepting formats: [ImageFormat]) throws(ImageError) -> ImageHeader {
        var frame: JPEGFrame?
        var orientation: ExifOrientation?
        var offset = 2
        while let segment = nextJPEGSegment(in: file, from: offset) {
            switch segment.marker {
            case 0xDA:
                return try jpeg(frame, orientation, scanned: segment.body.byte(at: 0) ?? 0)
            case 0xC4, 0xC8, 0xCC:
                break
            case 0xC0...0xCF:
                let found = try JPEGFrame(segment.body, marker: segment.marker, accepting: formats)
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
        _ frame: JPEGFrame?,
        _ orientation: ExifOrientation?,
        scanned: Int
    ) throws(ImageError) -> ImageHeader {
        guard let frame else { throw .corrupt(.jpeg, reason: "It has no frame header") }
        return ImageHeader(
            format: .jpeg,
            width: frame.width,
            height: frame.height,
            orientation: orientation ?? .up,
            heldBytes: frame.heldBytes(scanned: scanned)
        )
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
