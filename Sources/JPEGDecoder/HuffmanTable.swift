/// The codes of one Huffman table of a JPEG: ITU-T T.81 annex C.
///
/// A code gives the size of the number that follows it and how many places it advances in the block. Nearly all codes
/// in a file are short; one lookup finds a short code.
struct HuffmanTable {
    /// One code: the places that it advances, the bits of its number, and the bits of code and number together.
    struct Entry {
        fileprivate let packed: UInt32

        /// The bits of the code and its number; 0 if there is no such code.
        var length: UInt64 { UInt64(packed & 31) }

        /// The bits of the number alone.
        var size: UInt64 { UInt64(packed >> 5 & 15) }

        /// How many places to advance; `endOfBlock` places lead beyond the block from any place.
        var places: Int { Int(packed >> 9) }

        var endsBlock: Bool { places == HuffmanTable.endOfBlock }

        /// The number in `bits`, which start with the code. A number whose first bit is 0 is negative (§F.2.2.1).
        @inline(__always) func number(in bits: UInt64) -> Int {
            let isNegative = Int(truncatingIfNeeded: Int64(bitPattern: ~(bits &<< (length &- size))) &>> 63)
            return digits(in: bits) &- isNegative & (limit &- 1)
        }

        /// How many blocks end here, including this one (§G.1.2.2).
        func blocks(in bits: UInt64) -> Int { limit &+ digits(in: bits) }

        private var limit: Int { 1 &<< Int(truncatingIfNeeded: size) }

        @inline(__always) private func digits(in bits: UInt64) -> Int {
            // Two shifts, because `size` may be 0 and `&>>` cannot shift by 64.
            Int(truncatingIfNeeded: ((bits &<< (length &- size)) &>> 1) &>> (63 &- size))
        }

        fileprivate static let none = Entry(packed: 0)

        fileprivate init(packed: UInt32) { self.packed = packed }

        fileprivate init(_ symbol: UInt8, codeLength: Int) {
            let (run, size) = (Int(symbol >> 4), Int(symbol & 15))
            let endsBlock = size == 0 && run < 15
            let places = endsBlock ? HuffmanTable.endOfBlock : run + 1
            let bits = endsBlock ? run : size
            packed = UInt32(places << 9 | bits << 5 | codeLength + bits)
        }
    }

    /// The result of one lookup: a coefficient, and the coefficient or end of block after it if `lookupBits` bits hold
    /// both.
    struct Pair {
        /// The bits of both; 0 if the first is incomplete or ends the block.
        fileprivate(set) var length: UInt8 = 0
        fileprivate(set) var firstPlaces: UInt8 = 0
        fileprivate(set) var secondPlaces: UInt8 = 0
        fileprivate(set) var first: Int16 = 0
        fileprivate(set) var second: Int16 = 0
    }

    /// The places that an end of block advances: more than any other code can reach.
    static let endOfBlock = 128
    static let lookupBits = 11
    static let lookupShift: UInt64 = 53

    /// Indexed by the next `lookupBits` bits.
    let lookup: [Entry]

    /// Indexed by the same bits; empty before `findPairs`.
    private(set) var pairs: [Pair] = []

    /// Whether a code ends several blocks; only progressive files have such codes.
    let endsManyBlocks: Bool

    /// For each code length above `lookupBits`: the first value after its codes when they are filled up to 16 bits, and
    /// the difference between the index of an entry and its code.
    private let long: [(end: Int, offset: Int)]
    private let entries: [Entry]

    /// Fails if there are more codes than the lengths allow. The code of all ones is not allowed (§C.2).
    init?(counts: [Int], symbols: [UInt8]) {
        guard counts.reduce(0, +) == symbols.count else { return nil }
        var lookup = [Entry](repeating: .none, count: 1 << Self.lookupBits)
        var long: [(end: Int, offset: Int)] = []
        var entries: [Entry] = []
        var code = 0
        for (index, count) in counts.enumerated() {
            let length = index + 1
            let start = entries.count - code
            for symbol in symbols.dropFirst(entries.count).prefix(count) {
                let entry = Entry(symbol, codeLength: length)
                if length <= Self.lookupBits {
                    let free = Self.lookupBits - length
                    guard (code + 1) << free <= lookup.count else { return nil }
                    for bits in code << free..<(code + 1) << free { lookup[bits] = entry }
                }
                entries.append(entry)
                code += 1
            }
            guard code < 1 << length else { return nil }
            if length > Self.lookupBits { long.append((code << (16 - length), start)) }
            code <<= 1
        }
        endsManyBlocks = symbols.contains { $0 & 15 == 0 && 1..<15 ~= $0 >> 4 }
        self.lookup = lookup
        self.long = long
        self.entries = entries
    }

    /// Fills `pairs`, which only tables of AC coefficients need.
    mutating func findPairs() {
        pairs = lookup.indices.map { Self.pair($0, lookup) }
    }

    private static func pair(_ index: Int, _ lookup: [Entry]) -> Pair {
        let bits = UInt64(index) << lookupShift
        let first = lookup[index]
        var pair = Pair()
        guard 1...UInt64(lookupBits) ~= first.length, first.places != endOfBlock else { return pair }
        pair.length = UInt8(first.length)
        pair.firstPlaces = UInt8(first.places)
        pair.first = Int16(first.number(in: bits))
        let second = lookup[Int((bits << first.length) >> lookupShift)]
        guard second.length > 0, first.length + second.length <= lookupBits else { return pair }
        pair.length += UInt8(second.length)
        pair.secondPlaces = UInt8(second.places)
        pair.second = Int16(second.number(in: bits << first.length))
        return pair
    }

    /// The entry of a code with more than `lookupBits` bits; `word` holds its bits from the top.
    func longEntry(_ word: UInt64) -> Entry {
        let bits = Int(word >> 48)
        for (index, row) in long.enumerated() where bits < row.end {
            let place = row.offset + bits >> (15 - Self.lookupBits - index)
            return entries.indices.contains(place) ? entries[place] : .none
        }
        return .none
    }
}
