@testable import Imaging

/// A handmade black lossless WebP, with as many groups of prefix codes as its entropy image names.
struct HandmadeWebP {
    var width = 1024
    var height = 1024
    /// The group of each block of 4 × 4 pixels, repeated from the beginning after the last.
    var groups = [0]
    /// Whether it has the predictor and colour transforms, with images of blocks of 512 × 512, and the green transform.
    var hasTransforms = false

    private struct Bits {
        private(set) var bytes: [UInt8] = []
        private var count = 0

        mutating func write(_ value: Int, _ length: Int) {
            for place in 0..<length {
                if count % 8 == 0 { bytes.append(0) }
                bytes[count / 8] |= UInt8(value >> place & 1) << UInt8(count % 8)
                count += 1
            }
        }

        /// Writes codes with the single symbol 0, which takes no bits.
        mutating func writeCodes(_ count: Int) {
            for _ in 0..<count { write(0b0001, 4) }
        }

        /// Writes the code that maps each byte to itself, with the highest bit first.
        mutating func writeCodeOfBytes(alphabet: Int) {
            write(0, 1)
            // The only code length is 8, which is the twelfth in the order of the file.
            write(12 - 4, 4)
            write(1 << 33, 36)
            write(alphabet == 256 ? 0 : 1, 1)
            guard alphabet > 256 else { return }
            write(3, 3)
            write(256 - 2, 8)
        }

        mutating func writeByte(_ byte: Int) {
            for place in (0..<8).reversed() { write(byte >> place & 1, 1) }
        }
    }

    /// A file of one VP8L chunk.
    var bytes: [UInt8] {
        var bits = Bits()
        bits.write(0x2F, 8)
        bits.write(width - 1, 14)
        bits.write(height - 1, 14)
        bits.write(0, 4)
        return Metadata.riff("RIFF", Array("WEBP".utf8) + Metadata.riff("VP8L", stream(after: bits)))
    }

    /// The body of an ALPH chunk without a filter.
    var alphas: [UInt8] { [1] + stream(after: Bits()) }

    private func stream(after header: Bits) -> [UInt8] {
        var bits = header
        if hasTransforms { writeTransforms(to: &bits) }
        // No further transform, no colour cache, and an entropy image with the smallest blocks.
        bits.write(0b1_0_0, 3)
        bits.write(0, 3)
        writeImage(to: &bits)
        for _ in 0...(groups.max() ?? 0) { bits.writeCodes(5) }
        return bits.bytes
    }

    private func writeImage(to bits: inout Bits) {
        bits.write(0, 1)
        bits.writeCodeOfBytes(alphabet: 256 + 24)
        bits.writeCodeOfBytes(alphabet: 256)
        bits.writeCodes(3)
        for block in 0..<(width + 3) / 4 * ((height + 3) / 4) {
            let group = groups[block % groups.count]
            bits.writeByte(group & 255)
            bits.writeByte(group >> 8)
        }
    }

    private func writeTransforms(to bits: inout Bits) {
        for type in 0...2 {
            bits.write(1, 1)
            bits.write(type, 2)
            guard type < 2 else { return }
            // The largest blocks, and no colour cache.
            bits.write(7, 3)
            bits.write(0, 1)
            bits.writeCodes(5)
        }
    }
}
