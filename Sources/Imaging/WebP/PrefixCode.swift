import Bytes

/// A prefix code of lossless WebP: RFC 9649 §3, "Prefix Codes".
struct PrefixCode {
    // The index is the next bits, as many as the longest code has. An entry holds the symbol, and in its lowest four
    // bits the length of the code.
    private let entries: [UInt16]

    /// Reads the description of the code.
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

    /// Reads `count` symbols of `code`, which give the code lengths; the symbols 16 to 18 give several lengths.
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

    /// Builds the code from the number of bits of each symbol, 0 if the symbol is unused; a code with one symbol takes
    /// no bits.
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
                // The data has the highest bit of a code first, so the bits are reversed.
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

/// Reads the bits of lossless WebP data, the lowest bit of each byte first: RFC 9649 §3.
struct LosslessBits {
    static let endsTooEarly = ImageError.corrupt(.webp, reason: "It ends too early")
    static let isDamaged = ImageError.corrupt(.webp, reason: "Its pixels are damaged")

    private let data: ByteReader
    private var loaded = 0
    private var window: UInt64 = 0
    private var count = 0

    init(_ data: ByteReader) { self.data = data }

    /// The number of bits read so far.
    var position: Int { 8 * loaded - count }

    /// Reads `length` bits, at most 32, as a number.
    mutating func read(_ length: Int) throws(ImageError) -> Int {
        let number = next & (1 << length - 1)
        try drop(length)
        return number
    }

    /// The next 32 bits, which stay unread; zeros after the end of the data.
    var next: Int {
        mutating get {
            while count < 32, let byte = data.byte(at: loaded) {
                window |= UInt64(byte) << count
                loaded += 1
                count += 8
            }
            return Int(truncatingIfNeeded: window & 0xFFFF_FFFF)
        }
    }

    /// Skips `length` of the next bits; throws `endsTooEarly` if fewer are left.
    mutating func drop(_ length: Int) throws(ImageError) {
        guard length <= count else { throw Self.endsTooEarly }
        window >>= UInt64(length)
        count -= length
    }
}
