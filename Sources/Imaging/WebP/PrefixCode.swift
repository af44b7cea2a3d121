/// A prefix code of lossless WebP: RFC 9649 §3, "Prefix Codes".
struct PrefixCode {
    // By the next bits, as many as the longest code has: the symbol, and in the lowest four bits its code's length.
    private let entries: [UInt16]

    /// Reads the code's own description.
    init(from bits: inout LosslessBits, alphabet: Int) throws(ImageError) {
        let isSimple = try bits.read(1) == 1
        self = try isSimple ? Self.simple(from: &bits, alphabet) : Self.normal(from: &bits, alphabet)
    }

    /// Reads the next symbol.
    func symbol(from bits: inout LosslessBits) throws(ImageError) -> Int {
        let entry = Int(entries[bits.next & (entries.count - 1)])
        try bits.drop(entry & 15)
        return entry >> 4
    }

    private static func simple(from bits: inout LosslessBits, _ alphabet: Int) throws(ImageError) -> PrefixCode {
        let hasTwo = try bits.read(1) == 1
        let isWide = try bits.read(1) == 1
        var symbols = [try bits.read(isWide ? 8 : 1)]
        if hasTwo { symbols.append(try bits.read(8)) }
        var lengths = [Int](repeating: 0, count: alphabet)
        for symbol in symbols {
            guard symbol < alphabet else { throw LosslessBits.isDamaged }
            lengths[symbol] = 1
        }
        return try PrefixCode(lengths: lengths)
    }

    private static func normal(from bits: inout LosslessBits, _ alphabet: Int) throws(ImageError) -> PrefixCode {
        let order = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
        var ofLengths = [Int](repeating: 0, count: order.count)
        for place in 0..<4 + (try bits.read(4)) { ofLengths[order[place]] = try bits.read(3) }
        let code = try PrefixCode(lengths: ofLengths)
        let isShort = try bits.read(1) == 1
        let count = isShort ? 2 + (try bits.read(2 + 2 * bits.read(3))) : alphabet
        guard count <= alphabet else { throw LosslessBits.isDamaged }
        return try PrefixCode(lengths: lengths(of: alphabet, from: &bits, code, count))
    }

    /// `count` symbols say the lengths, some of them those of several.
    private static func lengths(
        of alphabet: Int,
        from bits: inout LosslessBits,
        _ code: PrefixCode,
        _ count: Int
    ) throws(ImageError) -> [Int] {
        var lengths: [Int] = []
        var previous = 8
        for _ in 0..<count where lengths.count < alphabet {
            let symbol = try code.symbol(from: &bits)
            let (length, times) =
                switch symbol {
                case 16: (previous, 3 + (try bits.read(2)))
                case 17: (0, 3 + (try bits.read(3)))
                case 18: (0, 11 + (try bits.read(7)))
                default: (symbol, 1)
                }
            if length > 0 { previous = length }
            lengths += repeatElement(length, count: times)
        }
        guard lengths.count <= alphabet else { throw LosslessBits.isDamaged }
        return lengths + repeatElement(0, count: alphabet - lengths.count)
    }

    /// The code in which a symbol has so many bits, or none; one symbol alone takes no bits at all.
    private init(lengths: [Int]) throws(ImageError) {
        let used = lengths.indices.filter { lengths[$0] > 0 }
        guard used.count != 1 else {
            entries = [UInt16(used[0] << 4)]
            return
        }
        let longest = lengths.max() ?? 0
        let size = 1 << longest
        guard !used.isEmpty, used.reduce(0, { $0 + size >> lengths[$1] }) == size else { throw LosslessBits.isDamaged }
        var entries = [UInt16](repeating: 0, count: size)
        var code = 0
        for length in 1...longest {
            for symbol in used where lengths[symbol] == length {
                // Codes stand in the data from their highest bit.
                let first = (0..<length).reduce(0) { $0 << 1 | code >> $1 & 1 }
                for place in stride(from: first, to: size, by: 1 << length) {
                    entries[place] = UInt16(symbol << 4 | length)
                }
                code += 1
            }
            code <<= 1
        }
        self.entries = entries
    }
}
