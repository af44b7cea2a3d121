/// A handmade baseline JPEG of flat blocks of 8 × 8 samples, with features that the available encoders do not write:
/// any sampling, restart markers, long codes.
struct MosaicJPEG {
    /// The columns of units in the scan.
    let columns: Int
    let rows: Int
    /// The columns and rows of luma blocks in a unit; chroma has one block.
    var sampling = (columns: 1, rows: 1)
    var restartInterval = 0
    /// The length of every code of a mean, in bits.
    var codeLength = 4
    /// Bytes between the last block and the end of image.
    var padding: [UInt8] = []

    /// `mean` gives the mean of each block by its place among the blocks of its component.
    func bytes(mean: (_ component: Int, _ x: Int, _ y: Int) -> Int) -> [UInt8] {
        let (width, height) = (columns * sampling.columns * 8, rows * sampling.rows * 8)
        let size = [height >> 8, height & 255, width >> 8, width & 255].map { UInt8($0) }
        let luma = UInt8(sampling.columns << 4 | sampling.rows)
        let means = [0] + (1...16).map { UInt8($0 == codeLength ? 12 : 0) } + Array(0...11)
        let ends: [UInt8] = [0x10, 1] + [UInt8](repeating: 0, count: 15) + [0]
        var file: [UInt8] = [0xFF, 0xD8]
        file += Metadata.segment(0xDB, [0] + [UInt8](repeating: 1, count: 64))
        file += Metadata.segment(0xC0, [8] + size + [3, 1, luma, 0, 2, 0x11, 0, 3, 0x11, 0])
        file += Metadata.segment(0xC4, means) + Metadata.segment(0xC4, ends)
        file += Metadata.segment(0xDD, [UInt8(restartInterval >> 8), UInt8(restartInterval & 255)])
        file += Metadata.segment(0xDA, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0])
        return file + scan(mean) + padding + [0xFF, 0xD9]
    }

    private func scan(_ mean: (Int, Int, Int) -> Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var bits = ""
        var last = [0, 0, 0]
        for unit in 0..<columns * rows {
            if restartInterval > 0, unit > 0, unit.isMultiple(of: restartInterval) {
                bytes += FlatJPEG.stuffed(bits) + [0xFF, 0xD0 + UInt8((unit / restartInterval - 1) % 8)]
                (bits, last) = ("", [0, 0, 0])
            }
            for (component, blocks) in [sampling, (1, 1), (1, 1)].enumerated() {
                for block in 0..<blocks.0 * blocks.1 {
                    let x = unit % columns * blocks.0 + block % blocks.0
                    let y = unit / columns * blocks.1 + block / blocks.0
                    let value = (mean(component, x, y) - 128) * 8
                    bits += FlatJPEG.block(mean: value - last[component], codeLength: codeLength)
                    last[component] = value
                }
            }
        }
        return bytes + FlatJPEG.stuffed(bits)
    }
}
