/// The bits of a JPEG's scan, from which the zeros that are stuffed behind 0xFF are taken out: ITU-T T.81 §F.1.2.3.
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

    /// No code and its number together have more than 31 bits.
    @inline(__always) mutating func fill() {
        guard count < 32 else { return }
        guard position <= bytes.count - 8 else { return fillByByte() }
        let next = unsafe bytes.span.bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self).bigEndian
        guard !next.hasByteOfOnes else { return fillByByte() }
        // What is shifted in beyond `count` are the first bits of the byte that comes next: they are only repeated.
        word |= next &>> count
        let taken = (63 &- count) &>> 3
        position &+= Int(truncatingIfNeeded: taken)
        count &+= taken &<< 3
    }

    @inline(__always) mutating func drop(_ length: UInt64) {
        word = word &<< length
        count &-= length
    }

    /// The next bits, up to 32.
    @inline(__always) mutating func bits(_ length: UInt64) -> UInt64 {
        fill()
        // Shifted twice, as there may be no bits at all.
        let bits = (word &>> 1) &>> (63 &- length)
        drop(length)
        return bits
    }

    /// Behind a marker there are as many zeros as are asked for; `pass` tells whether any were used.
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

    /// Whether bits were used that are not there.
    var isExhausted: Bool { count < invented }

    private var isAtMarker: Bool {
        mutating get {
            guard position < bytes.count else { return true }
            guard bytes[position] == 0xFF else { return false }
            // §B.1.1.2: a marker may be preceded by fill bytes; libjpeg skips them before a stuffed zero, too.
            while position + 1 < bytes.count, bytes[position + 1] == 0xFF { position += 1 }
            return position + 1 >= bytes.count || bytes[position + 1] != 0
        }
    }

    /// Goes over `marker`, which must be the next one. What stands before it does not matter to libjpeg.
    mutating func pass(_ marker: UInt8) -> Bool {
        guard !isExhausted, let next = ByteReader(bytes).nextMarker(from: position), next.marker == marker else {
            return false
        }
        position = next.end
        (word, count, invented) = (0, 0, 0)
        return true
    }
}

extension UInt64 {
    /// Whether one of the eight bytes is 0xFF.
    @inline(__always) fileprivate var hasByteOfOnes: Bool {
        (~self &- 0x0101_0101_0101_0101) & self & 0x8080_8080_8080_8080 != 0
    }
}
