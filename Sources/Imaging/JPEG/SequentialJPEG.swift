/// What stands before the pixels of an ordinary JPEG: baseline, everything in one scan.
///
/// Nearly all photographs are such.
struct SequentialJPEG {
    struct Component {
        let size: JPEGTables.Component
        /// The quantization, in the order of the file.
        let steps: [Float]
        let dc: HuffmanTable
        let ac: HuffmanTable
    }

    private(set) var tables = JPEGTables()
    private(set) var components: [Component] = []
    private(set) var scanStart = 0

    init?(_ file: ByteReader) {
        var offset = 2
        while let segment = ImageHeader.nextJPEGSegment(in: file, from: offset) {
            offset = segment.end
            if segment.marker == 0xDA {
                scanStart = offset
                guard readScan(segment.body), tables.isUsual else { return nil }
                return
            }
            guard tables.read(segment.marker, segment.body, frames: 0xC0...0xC0) else { return nil }
        }
        return nil
    }

    /// §B.2.3; every component, whole and in one go.
    private mutating func readScan(_ body: ByteReader) -> Bool {
        let count = tables.components.count
        guard count > 0, body.byte(at: 0) == count, body.count == 4 + 2 * count,
            body.byte(at: 1 + 2 * count) == 0, body.byte(at: 2 + 2 * count) == 63, body.byte(at: 3 + 2 * count) == 0
        else { return false }
        for (index, each) in tables.components.enumerated() {
            guard body.byte(at: 1 + 2 * index) == each.id, let codes = body.byte(at: 2 + 2 * index),
                let steps = tables.steps(of: each), let dc = tables.dc(codes >> 4), var ac = tables.ac(codes & 15),
                !ac.endsManyBlocks
            else { return false }
            ac.findPairs()
            components.append(Component(size: each, steps: steps, dc: dc, ac: ac))
        }
        return true
    }
}
