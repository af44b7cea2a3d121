package import Bytes

extension ByteReader {
    /// The next marker at or after `offset`, and the offset after it; other bytes are skipped: ITU-T T.81 §B.1.1.2.
    func nextMarker(from offset: Int) -> (marker: Int, end: Int)? {
        var offset = offset
        while let start = place(of: 0xFF, from: offset) {
            offset = start + 1
            while byte(at: offset) == 0xFF { offset += 1 }
            guard let code = byte(at: offset) else { return nil }
            offset += 1
            // A zero after 0xFF is stuffed: the 0xFF is data and not a marker (§F.1.2.3).
            if code != 0 { return (code, offset) }
        }
        return nil
    }

    /// The next segment with a length, at or after `offset`; nil at the start or end of an image, or if the segment is cut off.
    package func nextJPEGSegment(from offset: Int) -> (marker: Int, body: ByteReader, end: Int)? {
        guard let (marker, start) = nextJPEGMarker(from: offset), marker != 0xD8, marker != 0xD9,
            let length = uint16(at: start), let body = slice(from: start + 2, length: length - 2)
        else { return nil }
        return (marker, body, start + length)
    }

    /// The next marker. Skips the restart markers, as libjpeg does, and TEM (0x01), which has no content.
    func nextJPEGMarker(from offset: Int) -> (marker: Int, end: Int)? {
        var offset = offset
        while let found = nextMarker(from: offset) {
            guard 0xD0...0xD7 ~= found.marker || found.marker == 0x01 else { return found }
            offset = found.end
        }
        return nil
    }
}
