import Bytes

/// One box of an ISO base media file: ISO/IEC 14496-12 §4.2.
struct Box {
    let type: String
    let body: ByteReader

    /// The most boxes side by side; ordinary files have fewer, a hostile file has a million. `HEIFBounds` refuses more.
    static let limit = 1000

    /// The consecutive boxes in `bytes`, up to the first damaged or incomplete box; at most `limit` + 1.
    static func all(in bytes: ByteReader) -> [Box] {
        var boxes: [Box] = []
        var offset = 0
        while boxes.count <= limit, let size = size(at: offset, in: bytes),
            let type = bytes.text(at: offset + 4, length: 4),
            let body = bytes.slice(from: offset + size.header, length: size.whole - size.header)
        {
            boxes.append(Box(type: type, body: body))
            offset += size.whole
        }
        return boxes
    }

    private static func size(at offset: Int, in bytes: ByteReader) -> (header: Int, whole: Int)? {
        switch bytes.uint32(at: offset) {
        case nil: nil
        // Size 0: the box extends to the end of the file.
        case 0: (8, bytes.count - offset)
        // Size 1: a size of 64 bits follows; no accepted file needs the upper half.
        case 1: bytes.uint32(at: offset + 8) == 0 ? bytes.uint32(at: offset + 12).map { (16, $0) } : nil
        case .some(let size): (8, size)
        }
    }
}

extension [Box] {
    /// The content of the first box of this type; nil if there is none.
    func first(_ type: String) -> ByteReader? { first { $0.type == type }?.body }
}

extension ByteReader {
    /// The first extent of the data of `item` in a HEIF file: ISO/IEC 14496-12 §8.11.3.
    ///
    /// `meta` has the boxes of the file's "meta"; the result is nil if they do not locate the item.
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
            // Skips the data reference, two bytes: external files are never read.
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

    /// A number of 0, 2, 4 or 8 bytes; a number of 0 bytes is 0.
    func itemNumber(of size: Int, at offset: Int) -> Int? {
        switch size {
        case 0: 0
        case 2: uint16(at: offset)
        case 4: uint32(at: offset)
        // No accepted file needs the upper half.
        case 8: uint32(at: offset) == 0 ? uint32(at: offset + 4) : nil
        default: nil
        }
    }
}
