/// Decodes the colour indices of a GIF frame: GIF89a §22 and appendix F.
///
/// A frame is complete when its last pixel is decoded. As in browsers, the end code, the block terminator and the
/// file's trailer may be missing, and surplus pixels are ignored. Unlike browsers, the decoder refuses a frame with
/// missing or damaged pixels.
struct LZWDecoder {
    /// The string of a code: the string of the code `prefix`, then the index `last`.
    private struct Entry {
        var prefix: UInt16 = 0
        var length: UInt16 = 1
        var first: UInt8
        var last: UInt8
    }

    private static let maxCodeSize = 12

    private var blocks: SubBlocks
    private var bits: UInt32 = 0
    private var bitCount = 0

    private let depth: Int
    private var codeSize = 0
    private var previous: Int?

    private var entryCount = 0
    private var entries = (0..<1 << maxCodeSize).map {
        Entry(first: UInt8(truncatingIfNeeded: $0), last: UInt8(truncatingIfNeeded: $0))
    }

    private var string = [UInt8](repeating: 0, count: 1 << maxCodeSize)
    private var pending = 0..<0

    init(_ blocks: SubBlocks, depth: Int) throws(ImageError) {
        // Minimum code sizes above 8 bits are useless, but browsers accept them.
        guard 1..<Self.maxCodeSize ~= depth else { throw Self.isDamaged }
        self.blocks = blocks
        self.depth = depth
        clear()
    }

    /// Fills `row` with the next indices.
    mutating func read(into row: inout [UInt8]) throws(ImageError) {
        var filled = 0
        while filled < row.count {
            if pending.isEmpty { try nextString() }
            let part = pending.prefix(row.count - filled)
            for place in part { row[filled + place - part.lowerBound] = string[place] }
            filled += part.count
            pending = part.upperBound..<pending.upperBound
        }
    }

    private var clearCode: Int { 1 << depth }

    private mutating func clear() {
        codeSize = depth + 1
        entryCount = clearCode + 2
        previous = nil
    }

    private mutating func nextString() throws(ImageError) {
        var code = try nextCode()
        while code == clearCode {
            clear()
            code = try nextCode()
        }
        guard code != clearCode + 1 else { throw Self.endsTooEarly }
        if let previous {
            guard code <= entryCount else { throw Self.isDamaged }
            // A code may refer to the entry that is added here: its last index is then the first index of the previous
            // string.
            add(previous, entries[code == entryCount ? previous : code].first)
        }
        guard code < entryCount, previous != nil || code < clearCode else { throw Self.isDamaged }
        previous = code
        spell(code)
    }

    private mutating func add(_ prefix: Int, _ last: UInt8) {
        // A full table does not change until the next clear code.
        guard entryCount < 1 << Self.maxCodeSize else { return }
        let base = entries[prefix]
        entries[entryCount] = Entry(prefix: UInt16(prefix), length: base.length + 1, first: base.first, last: last)
        entryCount += 1
        if entryCount == 1 << codeSize, codeSize < Self.maxCodeSize { codeSize += 1 }
    }

    private mutating func spell(_ code: Int) {
        var entry = entries[code]
        let length = Int(entry.length)
        for place in stride(from: length - 1, to: 0, by: -1) {
            string[place] = entry.last
            entry = entries[Int(entry.prefix)]
        }
        string[0] = entry.last
        pending = 0..<length
    }

    private mutating func nextCode() throws(ImageError) -> Int {
        while bitCount < codeSize {
            guard let byte = blocks.next() else { throw Self.endsTooEarly }
            bits |= UInt32(byte) << bitCount
            bitCount += 8
        }
        let code = Int(bits & (1 << codeSize - 1))
        bits >>= codeSize
        bitCount -= codeSize
        return code
    }

    private static var endsTooEarly: ImageError { .corrupt(.gif, reason: "Its pixels end too early") }
    private static var isDamaged: ImageError { .corrupt(.gif, reason: "Its pixels are damaged") }
}

/// The bytes of a chain of sub-blocks, each with its length in front: GIF89a §15.
struct SubBlocks {
    private let bytes: [UInt8]
    private var offset: Int
    private var left = 0

    init(_ bytes: [UInt8], at offset: Int) {
        self.bytes = bytes
        self.offset = offset
    }

    /// The next byte; nil at the block terminator and at the end of the file.
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
