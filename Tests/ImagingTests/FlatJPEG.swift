/// A handmade JPEG of 8 × 8 pixels in one colour, for kinds that the available encoders do not write.
enum FlatJPEG {
    /// One block with only its mean for each component; `adobe` adds Adobe's marker with this colour transform.
    static func bytes(components: [UInt8], adobe: UInt8? = nil) -> [UInt8] {
        let count = UInt8(components.count)
        let frame: [UInt8] = [8, 0, 8, 0, 8, count] + Array((1...count).map { [$0, 0x11, 0] as [UInt8] }.joined())
        let scan: [UInt8] = [count] + Array((1...count).map { [$0, 0] as [UInt8] }.joined()) + [0, 63, 0]
        // Sizes 0 to 11 of a mean have codes of 4 bits; the only other code is "end of block", 1 bit.
        let means: [UInt8] = [0, 0, 0, 0, 12] + [UInt8](repeating: 0, count: 12) + Array(0...11)
        let ends: [UInt8] = [0x10, 1] + [UInt8](repeating: 0, count: 15) + [0]
        var file: [UInt8] = [0xFF, 0xD8]
        if let adobe { file += Metadata.segment(0xEE, Array("Adobe".utf8) + [0, 100, 0, 0, 0, 0, adobe]) }
        file += Metadata.segment(0xDB, [0] + [UInt8](repeating: 1, count: 64))
        file += Metadata.segment(0xC0, frame)
        file += Metadata.segment(0xC4, means) + Metadata.segment(0xC4, ends)
        file += Metadata.segment(0xDA, scan) + entropy(components)
        return file + [0xFF, 0xD9]
    }

    private static func entropy(_ components: [UInt8]) -> [UInt8] {
        stuffed(components.map { block(mean: (Int($0) - 128) * 8) }.joined())
    }

    /// The bits as bytes, padded with ones.
    static func stuffed(_ bits: String) -> [UInt8] {
        let padded = Array((bits + String(repeating: "1", count: (8 - bits.utf8.count % 8) % 8)).utf8)
        let bytes = stride(from: 0, to: padded.count, by: 8).map { start in
            padded[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 & 1) }
        }
        return bytes.flatMap { $0 == 0xFF ? [0xFF, 0] : [$0] }
    }

    static func block(mean: Int, codeLength: Int = 4) -> String {
        let size = mean == 0 ? 0 : String(abs(mean), radix: 2).count
        let amplitude = mean < 0 ? mean + (1 << size) - 1 : mean
        return digits(size, codeLength) + digits(amplitude, size) + "0"
    }

    private static func digits(_ value: Int, _ count: Int) -> String {
        guard count > 0 else { return "" }
        let text = String(value, radix: 2)
        return String(repeating: "0", count: count - text.count) + text
    }
}
