extension ExifOrientation {
    private static let tag = 0x0112
    private static let short = 3

    /// Reads the first directory of an EXIF block, which is a TIFF file; whatever is wrong with it, the picture counts
    /// as upright, for it may well be.
    init(exif: ByteReader) {
        self = Self.find(in: exif).flatMap(ExifOrientation.init(rawValue:)) ?? .up
    }

    private static func find(in exif: ByteReader) -> Int? {
        let hasPrefix = exif.starts(with: "Exif\0\0", at: 0)
        guard var tiff = exif.slice(from: hasPrefix ? 6 : 0) else { return nil }
        tiff.order = tiff.starts(with: "II", at: 0) ? .little : .big
        guard tiff.starts(with: "II", at: 0) || tiff.starts(with: "MM", at: 0), tiff.uint16(at: 2) == 42,
            let directory = tiff.uint32(at: 4), let entries = tiff.uint16(at: directory)
        else { return nil }
        for entry in 0..<entries {
            let offset = directory + 2 + entry * 12
            guard let found = tiff.uint16(at: offset) else { return nil }
            guard found == tag else { continue }
            return tiff.uint16(at: offset + 2) == short ? tiff.uint16(at: offset + 8) : nil
        }
        return nil
    }
}
