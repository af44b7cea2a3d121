@testable import Imaging

/// A handmade PNG without compression, for kinds that the available encoders do not write.
struct HandmadePNG {
    var colourType = 2
    var depth = 8
    var isInterlaced = false
    var chunks: [[UInt8]] = []

    /// `sample` gives the samples of each pixel, each of `depth` bits.
    func bytes(width: Int, height: Int, sample: (_ x: Int, _ y: Int) -> [Int]) -> [UInt8] {
        let zlib = Self.zlib(filtered(width: width, height: height, sample: sample))
        return bytes(width: width, height: height, pixels: [Metadata.chunk("IDAT", zlib)])
    }

    func bytes(width: Int, height: Int, pixels: [[UInt8]]) -> [UInt8] {
        let kind = [depth, colourType, 0, 0, isInterlaced ? 1 : 0].map { UInt8($0) }
        let header = Metadata.chunk("IHDR", Metadata.big(width, 4) + Metadata.big(height, 4) + kind)
        let parts = [header] + chunks + pixels + [Metadata.chunk("IEND", [])]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Array(parts.joined())
    }

    func filtered(width: Int, height: Int, sample: (_ x: Int, _ y: Int) -> [Int]) -> [UInt8] {
        let passes = isInterlaced ? Self.passes : [(0, 0, 1, 1)]
        var bytes: [UInt8] = []
        for (left, top, columnStep, rowStep) in passes where left < width {
            for y in stride(from: top, to: height, by: rowStep) {
                let samples = stride(from: left, to: width, by: columnStep).flatMap { sample($0, y) }
                bytes += [0] + packed(samples)
            }
        }
        return bytes
    }

    private func packed(_ samples: [Int]) -> [UInt8] {
        guard depth < 8 else { return samples.flatMap { Metadata.big($0, depth / 8) } }
        let each = 8 / depth
        return stride(from: 0, to: samples.count, by: each).map { start in
            (0..<each).reduce(UInt8(0)) { byte, index in
                byte << depth | UInt8(start + index < samples.count ? samples[start + index] : 0)
            }
        }
    }

    /// A zlib stream with stored blocks only (RFC 1950 and 1951).
    static func zlib(_ data: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        for start in stride(from: 0, to: max(data.count, 1), by: 65535) {
            let block = data[start..<min(start + 65535, data.count)]
            let isLast: UInt8 = start + 65535 >= data.count ? 1 : 0
            stream += [isLast] + Metadata.little(block.count, 2) + Metadata.little(~block.count & 0xFFFF, 2) + block
        }
        let (low, high) = data.reduce((1, 0)) { sums, byte in
            let low = (sums.0 + Int(byte)) % 65521
            return (low, (sums.1 + low) % 65521)
        }
        return stream + Metadata.big(high << 16 | low, 4)
    }

    private static let passes = [
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
    ]
}
