/// The content of a chain of blocks, each with its length in front: GIF89a §15.
struct SubBlocks {
    private let bytes: [UInt8]
    private var offset: Int
    private var left = 0

    init(_ bytes: [UInt8], at offset: Int) {
        self.bytes = bytes
        self.offset = offset
    }

    /// Nothing at the empty block that ends the chain, and at the end of the file.
    mutating func next() -> UInt8? {
        guard offset < bytes.count else { return nil }
        if left == 0 {
            left = Int(bytes[offset])
            guard left > 0, offset + 1 < bytes.count else { return nil }
            offset += 1
        }
        left -= 1
        offset += 1
        return bytes[offset - 1]
    }
}
