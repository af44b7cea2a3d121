import Bytes

/// The bits of a JPEG's scan, without the zeros that are stuffed after 0xFF: ITU-T T.81 §F.1.2.3.
struct ScanBits {
    private let bytes: [UInt8]
    private var position: Int
    private var count: UInt64 = 0
    private var invented: UInt64 = 0

    /// The next bits, from the top; at least 32 of them after `fill`.
    private(set) var word: UInt64 = 0

    init(_ bytes: [UInt8], from position: Int) {
        self.bytes = bytes
        self.position = position
    }

    /// Makes at least 32 bits available. A code and its number together have at most 31 bits.
    @inline(__always) mutating func fill() {
        guard count < 32 else { return }
        guard position <= bytes.count - 8 else { return fillByByte() }
        let next = unsafe bytes.span.bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self).bigEndian
        guard !next.hasByteOfOnes else { return fillByByte() }
        // The bits beyond `count` are the first bits of the next byte; the next `fill` writes the same bits again.
        word |= next &>> count
        let taken = (63 &- count) &>> 3
        position &+= Int(truncatingIfNeeded: taken)
        count &+= taken &<< 3
    }

    @inline(__always) mutating func drop(_ length: UInt64) {
        word = word &<< length
        count &-= length
    }

    /// Reads the next bits, at most 32.
    @inline(__always) mutating func bits(_ length: UInt64) -> UInt64 {
        fill()
        // Two shifts, because `length` may be 0 and `&>>` cannot shift by 64.
        let bits = (word &>> 1) &>> (63 &- length)
        drop(length)
        return bits
    }

    /// Fills `word` byte by byte. At a marker it adds zero bits; `isExhausted` tells whether the decoder used any of
    /// them.
    private mutating func fillByByte() {
        while count <= 56 {
            var byte: UInt8 = 0
            if isAtMarker {
                invented += 8
            } else {
                byte = bytes[position]
                position += byte == 0xFF ? 2 : 1
            }
            word |= UInt64(byte) << (56 - count)
            count += 8
        }
    }

    /// Whether the decoder used bits that do not exist.
    var isExhausted: Bool { count < invented }

    private var isAtMarker: Bool {
        mutating get {
            guard position < bytes.count else { return true }
            guard bytes[position] == 0xFF else { return false }
            // §B.1.1.2: fill bytes may precede a marker; libjpeg skips them before a stuffed zero, too.
            while position + 1 < bytes.count, bytes[position + 1] == 0xFF { position += 1 }
            return position + 1 >= bytes.count || bytes[position + 1] != 0
        }
    }

    /// Skips the next marker; returns false if it is not `marker` or if bits were used that do not exist. As in
    /// libjpeg, other bytes before the marker are ignored.
    mutating func pass(_ marker: UInt8) -> Bool {
        guard !isExhausted, let next = ByteReader(bytes).nextMarker(from: position), next.marker == marker else {
            return false
        }
        position = next.end
        (word, count, invented) = (0, 0, 0)
        return true
    }
}

extension ScanBits {
    /// Reads the next number; nil if the bits are not a code.
    @inline(__always) mutating func number(_ table: HuffmanTable) -> Int? {
        fill()
        guard let entry = entry(table) else { return nil }
        let value = entry.number(in: word)
        drop(entry.length)
        return value
    }

    /// Passes the AC coefficients of a block to `take` (ITU-T T.81 §F.2.2.2), each with its place in zigzag order. An
    /// end of block has the value 0 and a place of `HuffmanTable.endOfBlock` or more. Returns false if the bits are not
    /// a code, or if a place is outside the block.
    @inline(__always)
    mutating func coefficients(_ table: HuffmanTable, _ take: (_ place: Int, _ value: Int) -> Void) -> Bool {
        var place = 0
        while place < 63 {
            fill()
            let pair = unsafe table.pairs.span[unchecked: Int(truncatingIfNeeded: word &>> HuffmanTable.lookupShift)]
            let middle = place &+ Int(pair.firstPlaces)
            if pair.length != 0, middle < 63 {
                take(middle, Int(pair.first))
                place = middle &+ Int(pair.secondPlaces)
                take(place, Int(pair.second))
                drop(UInt64(pair.length))
            } else {
                guard let entry = entry(table) else { return false }
                place &+= entry.places
                take(place, entry.number(in: word))
                drop(entry.length)
            }
        }
        return place == 63 || place >= HuffmanTable.endOfBlock
    }

    /// The entry of the next code; nil if the bits are not a code. `word` must hold at least 16 bits.
    @inline(__always) func entry(_ table: HuffmanTable) -> HuffmanTable.Entry? {
        let short = unsafe table.lookup.span[unchecked: Int(truncatingIfNeeded: word &>> HuffmanTable.lookupShift)]
        guard short.length == 0 else { return short }
        let long = table.longEntry(word)
        return long.length == 0 ? nil : long
    }
}

extension UInt64 {
    /// Whether one of the eight bytes is 0xFF.
    @inline(__always) fileprivate var hasByteOfOnes: Bool {
        (~self &- 0x0101_0101_0101_0101) & self & 0x8080_8080_8080_8080 != 0
    }
}

/// Counts the MCUs of a scan between restart markers (ITU-T T.81 §E.2.4). A marker follows every interval except the
/// last; the numbers run from 0 to 7 and repeat.
struct RestartInterval {
    private let length: Int
    private var left: Int
    private var restarts: UInt8 = 0

    /// A `length` of 0 means no restarts.
    init(_ length: Int) {
        self.length = length
        left = length
    }

    /// Whether a restart marker must come before the next MCU.
    var isOver: Bool { left == 0 && length > 0 }

    /// To be called once for each MCU.
    mutating func count() {
        left &-= 1
    }

    /// Skips the restart marker; returns false if it is missing.
    mutating func restart(_ bits: inout ScanBits) -> Bool {
        guard bits.pass(0xD0 + restarts % 8) else { return false }
        restarts &+= 1
        left = length
        return true
    }
}
