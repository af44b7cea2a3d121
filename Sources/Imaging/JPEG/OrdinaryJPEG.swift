/// A JPEG that our own decoder accepts, baseline or progressive; nearly all files are such JPEGs.
enum OrdinaryJPEG {
    case sequential(SequentialJPEG)
    case progressive(ProgressiveJPEG)

    init?(_ file: ByteReader) {
        if let picture = SequentialJPEG(file) {
            self = .sequential(picture)
        } else if let picture = ProgressiveJPEG(file) {
            self = .progressive(picture)
        } else {
            return nil
        }
    }

    var tables: JPEGTables {
        switch self {
        case .sequential(let picture): picture.tables
        case .progressive(let picture): picture.tables
        }
    }
}

/// The headers of a baseline JPEG with a single scan; nearly all photographs are such files.
struct SequentialJPEG {
    struct Component {
        let size: JPEGTables.Component
        /// The quantization steps, in zigzag order.
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

    /// Scan header: §B.2.3. Accepts only a scan of all components with all coefficients.
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
