/// Reads numbers bit by bit out of untrusted bytes; behind the end there is nothing.
struct BitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next `count` bits, up to 32.
    mutating func bits(_ count: Int) -> Int? {
        guard position + count <= bytes.count * 8 else { return nil }
        var value = 0
        for _ in 0..<count {
            value = value << 1 | Int(bytes[position / 8] >> UInt8(7 - position % 8) & 1)
            position += 1
        }
        return value
    }

    mutating func flag() -> Bool? { bits(1).map { $0 == 1 } }

    /// Says false where there are not so many.
    mutating func skip(_ count: Int) -> Bool {
        position += count
        return position <= bytes.count * 8
    }

    /// A number whose length comes before it: ue(v) of ITU-T H.265 §9.2, uvlc() of AV1 §4.10.3.
    mutating func exponentialGolomb() -> Int? {
        var zeros = 0
        while let isOne = flag(), !isOne {
            zeros += 1
            guard zeros < 32 else { return nil }
        }
        return bits(zeros).map { $0 + 1 << zeros - 1 }
    }
}
