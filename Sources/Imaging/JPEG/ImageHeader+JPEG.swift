extension ImageHeader {
    /// Walks the markers, of what is progressive all and else up to the first scan: ITU-T T.81 annex B.
    static func jpeg(_ file: ByteReader, accepting formats: [ImageFormat]) throws(ImageError) -> ImageHeader {
        var frame: JPEGFrame?
        var orientation: ExifOrientation?
        var offset = 2
        while let segment = nextJPEGSegment(in: file, from: offset) {
            switch segment.marker {
            case 0xDA:
                guard let frame else { throw .corrupt(.jpeg, reason: "It has no frame header") }
                let scanned = segment.body.byte(at: 0) ?? 0
                if frame.isInScans(scanned: scanned) { try countScans(in: file, from: offset) }
                return ImageHeader(
                    format: .jpeg,
                    width: frame.width,
                    height: frame.height,
                    orientation: orientation ?? .up,
                    heldBytes: frame.heldBytes(scanned: scanned),
                    shrinks: frame.isProgressive && ProgressiveJPEG(file) != nil
                )
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

    /// Each scan costs a pass over the whole picture but only a few bytes.
    private static func countScans(in file: ByteReader, from start: Int) throws(ImageError) {
        var (scans, offset) = (0, start)
        while let segment = nextJPEGSegment(in: file, from: offset) {
            scans += segment.marker == 0xDA ? 1 : 0
            offset = segment.end
        }
        guard scans <= ProgressiveJPEG.maxScans else {
            throw .corrupt(.jpeg, reason: "It has \(scans) scans, \(ProgressiveJPEG.maxScans) may be")
        }
    }

    static func nextJPEGSegment(
        in file: ByteReader,
        from offset: Int
    ) -> (marker: Int, body: ByteReader, end: Int)? {
        guard let (marker, start) = nextJPEGMarker(in: file, from: offset), marker != 0xD8, marker != 0xD9,
            let length = file.uint16(at: start), let body = file.slice(from: start + 2, length: length - 2)
        else { return nil }
        return (marker, body, start + length)
    }

    /// The next marker but those that may stand anywhere: restarts, which libjpeg skips too, and one that says nothing.
    static func nextJPEGMarker(in file: ByteReader, from offset: Int) -> (marker: Int, end: Int)? {
        var offset = offset
        while let found = file.nextMarker(from: offset) {
            guard 0xD0...0xD7 ~= found.marker || found.marker == 0x01 else { return found }
            offset = found.end
        }
        return nil
    }
}
