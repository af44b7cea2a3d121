/// One box of an ISO base media file: ISO/IEC 14496-12 §4.2.
struct Box {
    let type: String
    let body: ByteReader

    /// No file in good faith has more boxes beside one another; a hostile one has a million. `HEIFBounds` refuses those.
    static let limit = 1000

    /// The boxes that lie one after another in `bytes`, up to one that is damaged or incomplete, or one beyond the limit.
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
        // To the end of the file.
        case 0: (8, bytes.count - offset)
        // A length of 64 bits follows; no file here needs the upper half.
        case 1: bytes.uint32(at: offset + 8) == 0 ? bytes.uint32(at: offset + 12).map { (16, $0) } : nil
        case .some(let size): (8, size)
        }
    }
}

extension [Box] {
    /// The content of the first box of this type.
    func first(_ type: String) -> ByteReader? { first { $0.type == type }?.body }
}
