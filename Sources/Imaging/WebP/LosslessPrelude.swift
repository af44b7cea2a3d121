import Bytes

/// Reads the data before the pixels of a lossless WebP, and calculates libwebp's memory from it: RFC 9649 §3.
///
/// libwebp holds tables for each group of prefix codes; a file of 300 kB can have 65,536 groups. The largest index in
/// the entropy image gives the number of groups. So the entropy image is read, but its pixels are not kept: a copy or a
/// colour cache hit only repeats an index that was read before.
struct LosslessPrelude {
    private static let literals = 256
    private static let lengths = 24
    private static let distances = 40

    private var bits: LosslessBits
    private var transforms: Set<Int> = []
    private var heldBytes = 0

    /// The memory that libwebp holds in addition to the pixels of a VP8L chunk, in bytes.
    static func heldBytes(picture: ByteReader) throws(ImageError) -> Int {
        var prelude = LosslessPrelude(bits: LosslessBits(picture))
        // Skips the signature, and after the size the alpha flag and the version.
        _ = try prelude.bits.read(8)
        let (width, height) = (try prelude.bits.read(14) + 1, try prelude.bits.read(14) + 1)
        _ = try prelude.bits.read(4)
        return try prelude.heldBytes(width, height)
    }

    /// The memory for the alpha in an ALPH chunk, in bytes; the alpha is coded as a picture without a header: §2.7.1.2.
    static func heldBytes(alphas: ByteReader, width: Int, height: Int) throws(ImageError) -> Int {
        guard let flags = alphas.byte(at: 0), let data = alphas.slice(from: 1) else { throw LosslessBits.endsTooEarly }
        guard flags & 3 == 1 else { return 0 }
        var prelude = LosslessPrelude(bits: LosslessBits(data))
        return try prelude.heldBytes(width, height)
    }

    private init(bits: LosslessBits) { self.bits = bits }

    private mutating func heldBytes(_ width: Int, _ height: Int) throws(ImageError) -> Int {
        var width = width
        while try bits.read(1) == 1 { try readTransform(&width, height) }
        let cache = try readCacheBits()
        let hasEntropyImage = try bits.read(1) == 1
        let groups = hasEntropyImage ? try readBlocks(width, height) + 1 : 1
        return heldBytes + groups * Self.groupBytes(cache)
    }

    private mutating func readTransform(_ width: inout Int, _ height: Int) throws(ImageError) {
        let type = try bits.read(2)
        guard transforms.insert(type).inserted else { throw LosslessBits.isDamaged }
        switch type {
        case 0, 1: _ = try readBlocks(width, height)
        case 3:
            let colours = try bits.read(8) + 1
            _ = try readImage(colours)
            // If there are few colours, several indices share a pixel.
            let each = colours > 16 ? 1 : colours > 4 ? 2 : colours > 2 ? 4 : 8
            width = (width + each - 1) / each
        default: return
        }
    }

    /// Reads an image with one pixel for each block of the picture; returns its largest index.
    private mutating func readBlocks(_ width: Int, _ height: Int) throws(ImageError) -> Int {
        let side = 4 << (try bits.read(3))
        return try readImage(((width + side - 1) / side) * ((height + side - 1) / side))
    }

    /// Reads an image with one group of prefix codes; returns the largest index: red is its upper byte, green its
    /// lower.
    private mutating func readImage(_ pixels: Int) throws(ImageError) -> Int {
        heldBytes += 4 * pixels
        let cache = try readCacheBits()
        let green = try PrefixCode(from: &bits, alphabet: Self.literals + Self.lengths + Self.colours(cache))
        let red = try PrefixCode(from: &bits, alphabet: Self.literals)
        let blue = try PrefixCode(from: &bits, alphabet: Self.literals)
        let alpha = try PrefixCode(from: &bits, alphabet: Self.literals)
        let distance = try PrefixCode(from: &bits, alphabet: Self.distances)
        var (largest, done) = (0, 0)
        while done < pixels {
            let start = bits.position
            let symbol = try green.symbol(from: &bits)
            switch symbol {
            case ..<Self.literals:
                largest = max(largest, try red.symbol(from: &bits) << 8 | symbol)
                _ = try blue.symbol(from: &bits)
                _ = try alpha.symbol(from: &bits)
                done += 1
            case ..<(Self.literals + Self.lengths):
                done += try readNumber(symbol - Self.literals)
                _ = try readNumber(try distance.symbol(from: &bits))
            default: done += 1
            }
            // If a pixel takes no bits, all remaining pixels repeat it.
            guard bits.position > start else { break }
        }
        return largest
    }

    /// Reads a length or a distance, which starts with the symbol `prefix`.
    private mutating func readNumber(_ prefix: Int) throws(ImageError) -> Int {
        guard prefix >= 4 else { return prefix + 1 }
        let extra = (prefix - 2) >> 1
        return (2 + prefix & 1) << extra + (try bits.read(extra)) + 1
    }

    private mutating func readCacheBits() throws(ImageError) -> Int {
        guard try bits.read(1) == 1 else { return 0 }
        let count = try bits.read(4)
        guard 1...11 ~= count else { throw LosslessBits.isDamaged }
        return count
    }

    private static func colours(_ cacheBits: Int) -> Int { cacheBits == 0 ? 0 : 1 << cacheBits }

    /// The memory for one group: libwebp's HTreeGroup, and the largest tables of its five codes with four bytes per
    /// entry. The size of the green table grows with the colour cache in these steps.
    private static func groupBytes(_ cacheBits: Int) -> Int {
        let green = [654, 656, 658, 662, 670, 686, 718, 782, 912, 1168, 1680, 2704]
        return 568 + 4 * (3 * 630 + 410 + green[cacheBits])
    }
}
