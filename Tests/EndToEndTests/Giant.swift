import Foundation

/// Handmade pictures with many pixels and few bytes: a decoder needs much memory for them, the test does not.
enum Giant {
    /// A grey progressive JPEG that has only the means of its blocks; `sampling` has a byte for each component.
    static func progressive(width: Int, height: Int, sampling: [UInt8]) -> Data {
        let components = sampling.enumerated().flatMap { [UInt8($0 + 1), $1, 0] as [UInt8] }
        let frame = [8] + big(height) + big(width) + [UInt8(sampling.count)] + components
        let scanned = sampling.indices.flatMap { [UInt8($0 + 1), 0] as [UInt8] }
        let scan = [UInt8(sampling.count)] + scanned + [0, 0, 0]
        // One code of one bit: the mean equals the previous block's mean.
        let code: [UInt8] = [0, 1] + [UInt8](repeating: 0, count: 15) + [0]
        let most = (sampling.map { $0 >> 4 }.max() ?? 1, sampling.map { $0 & 15 }.max() ?? 1)
        let units = units(width, most.0) * units(height, most.1)
        let blocks = sampling.reduce(0) { $0 + Int($1 >> 4) * Int($1 & 15) }
        return Data([0xFF, 0xD8]) + segment(0xDB, [0] + [UInt8](repeating: 1, count: 64)) + segment(0xC2, frame)
            + segment(0xC4, code) + segment(0xDA, scan) + Data(count: units * blocks / 8)
            // The last byte is padded with ones, ITU-T T.81 §F.1.2.3.
            + [0xFF >> UInt8(units * blocks % 8), 0xFF, 0xD9]
    }

    /// A lossless WebP of one colour.
    static func webp(width: Int, height: Int) -> Data {
        // RFC 9649 §3: signature, size, no alpha, version; then no transform, no colour cache, no meta prefix codes,
        // and five codes of one symbol each, which take no bits in the pixels.
        var bits = [(0x2F, 8), (width - 1, 14), (height - 1, 14), (0, 4), (0, 3)]
        for symbol in [100, 150, 200, 255] { bits += [(1, 1), (0, 1), (1, 1), (symbol, 8)] }
        bits += [(1, 1), (0, 1), (0, 1), (0, 1)]
        let digits = bits.flatMap { value, count in (0..<count).map { value >> $0 & 1 } }
        let body = stride(from: 0, to: digits.count, by: 8).map { start in
            digits[start..<min(start + 8, digits.count)].reversed().reduce(UInt8(0)) { $0 << 1 | UInt8($1) }
        }
        let chunk = Array("VP8L".utf8) + little(body.count) + body + [UInt8](repeating: 0, count: body.count % 2)
        return Data(Array("RIFF".utf8) + little(chunk.count + 4) + Array("WEBP".utf8) + chunk)
    }

    /// `jpeg` with comments that pad it to `count` bytes or a few less.
    static func padded(_ jpeg: Data, to count: Int) -> Data {
        let comment = segment(0xFE, [UInt8](repeating: 0x20, count: 65_000))
        return jpeg.prefix(2) + Data(repeatElement(comment, count: (count - jpeg.count) / comment.count).joined())
            + jpeg.dropFirst(2)
    }

    private static func units(_ length: Int, _ factor: UInt8) -> Int {
        (length + 8 * Int(factor) - 1) / (8 * Int(factor))
    }

    private static func segment(_ marker: UInt8, _ body: [UInt8]) -> Data {
        Data([0xFF, marker] + big(body.count + 2) + body)
    }

    private static func big(_ value: Int) -> [UInt8] {
        [UInt8(value >> 8 & 255), UInt8(value & 255)]
    }

    private static func little(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(value >> (8 * $0) & 255) }
    }
}
