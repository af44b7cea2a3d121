extension ByteReader {
    /// Where the data of `item` of a HEIF file begins, up to the end of its first extent: ISO/IEC 14496-12 §8.11.3.
    ///
    /// `meta` are the boxes of the file's "meta"; nothing where they do not tell.
    func itemData(_ item: Int, meta: [Box]) -> ByteReader? {
        guard let table = meta.first("iloc"), let version = table.byte(at: 0), version <= 2,
            let sizes = table.uint16(at: 4)
        else { return nil }
        let (offsetSize, lengthSize, baseSize) = (sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15)
        let indexSize = version == 0 ? 0 : sizes & 15
        let identifierSize = version == 2 ? 4 : 2
        var place = 6
        guard let count = table.itemNumber(of: identifierSize, at: place) else { return nil }
        place += identifierSize
        for _ in 0..<count {
            guard let found = table.itemNumber(of: identifierSize, at: place) else { return nil }
            place += identifierSize
            let method = version == 0 ? 0 : (table.uint16(at: place) ?? 0) & 15
            // A reference to a file elsewhere, which is never followed, takes two bytes.
            place += version == 0 ? 2 : 4
            guard let base = table.itemNumber(of: baseSize, at: place),
                let extents = table.uint16(at: place + baseSize)
            else { return nil }
            place += baseSize + 2
            let extentSize = indexSize + offsetSize + lengthSize
            guard found == item else {
                place += extents * extentSize
                continue
            }
            guard extents > 0, let offset = table.itemNumber(of: offsetSize, at: place + indexSize),
                let length = table.itemNumber(of: lengthSize, at: place + indexSize + offsetSize)
            else { return nil }
            let whole: ByteReader? = method == 0 ? self : method == 1 ? meta.first("idat") : nil
            let (start, overflow) = base.addingReportingOverflow(offset)
            guard !overflow, let data = whole?.slice(from: start) else { return nil }
            return lengthSize == 0 || length > data.count ? data : data.slice(from: 0, length: length)
        }
        return nil
    }

    /// A number of 0, 4 or 8 bytes; none of 0 bytes is 0.
    func itemNumber(of size: Int, at offset: Int) -> Int? {
        switch size {
        case 0: 0
        case 2: uint16(at: offset)
        case 4: uint32(at: offset)
        // No file here needs the upper half.
        case 8: uint32(at: offset) == 0 ? uint32(at: offset + 4) : nil
        default: nil
        }
    }
}
