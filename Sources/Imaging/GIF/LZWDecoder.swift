/// Decodes the colour indices of a GIF's frame: GIF89a §22 and appendix F.
///
/// A frame is whole when its last pixel is there. Neither the code nor the block that should end it is asked for, nor
/// the file's trailer, and more pixels than belong to it are passed over, as browsers do. But unlike them, it takes no
/// frame with pixels that are missing or damaged.
struct LZWDecoder {
    /// The indices that a code stands for: those of another code, and one more.
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
        // Codes of more bits than an index are a waste, but browsers read them all the same.
        guard 1..<Self.maxCodeSize ~= depth else { throw Self.isDamaged }
        self.blocks = blocks
        self.depth = depth
        clear()
    }

    /// Fills the row with the indices that come next.
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
            // A code may stand for the very string that it completes.
            add(previous, entries[code == entryCount ? previous : code].first)
        }
        guard code < entryCount, previous != nil || code < clearCode else { throw Self.isDamaged }
        previous = code
        spell(code)
    }

    private mutating func add(_ prefix: Int, _ last: UInt8) {
        // When there are no codes left, the table stays as it is until it is cleared.
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
