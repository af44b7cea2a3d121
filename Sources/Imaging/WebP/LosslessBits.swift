/// The bits of lossless WebP data, from the lowest of each byte: RFC 9649 §3.
struct LosslessBits {
    static let endsTooEarly = ImageError.corrupt(.webp, reason: "It ends too early")
    static let isDamaged = ImageError.corrupt(.webp, reason: "Its pixels are damaged")

    private let data: ByteReader
    private var loaded = 0
    private var window: UInt64 = 0
    private var count = 0

    init(_ data: ByteReader) { self.data = data }

    /// How many were read.
    var position: Int { 8 * loaded - count }

    /// Reads `length` bits, at most 32, as a number.
    mutating func read(_ length: Int) throws(ImageError) -> Int {
        let number = next & (1 << length - 1)
        try drop(length)
        return number
    }

    /// The 32 next bits, or as many as there are and zeros.
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

    /// Goes on by `length` of the next bits.
    mutating func drop(_ length: Int) throws(ImageError) {
        guard length <= count else { throw Self.endsTooEarly }
        window >>= UInt64(length)
        count -= length
    }
}
