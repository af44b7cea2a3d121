/// What stands before the pixels of an ordinary JPEG: baseline, grey or YCbCr, everything in one scan.
///
/// Nearly all photographs are such. What is anything else, or unusual in any way, is none of them: that is libjpeg's.
struct SequentialJPEG {
    struct Component {
        /// How many blocks of this component a unit of the scan has, beside and above each other.
        let columns: Int
        let rows: Int
        /// The quantization, in the order of the file.
        let steps: [Float]
        let dc: HuffmanTable
        let ac: HuffmanTable
    }

    private struct FrameComponent {
        let id: Int
        let columns: Int
        let rows: Int
        let quantization: Int
    }

    private(set) var width = 0
    private(set) var height = 0
    private(set) var components: [Component] = []
    private(set) var restartInterval = 0
    private(set) var scanStart = 0
    private var frame: [FrameComponent] = []
    private var quantization: [Int: [Float]] = [:]
    /// As they stand in the file: a hostile one has hundreds of thousands, of which a scan uses a few.
    private var codes: [Int: (counts: [UInt8], symbols: [UInt8])] = [:]
    private var hasJFIF = false
    private var adobeTransform: Int?

    init?(_ upload: [UInt8]) {
        let file = ByteReader(upload)
        var offset = 2
        while let segment = ImageHeader.nextJPEGSegment(in: file, from: offset) {
            guard read(segment.marker, segment.body) else { return nil }
            offset = segment.end
            guard segment.marker == 0xDA else { continue }
            scanStart = offset
            guard hasUsualColours else { return nil }
            return
        }
        return nil
    }

    private mutating func read(_ marker: Int, _ body: ByteReader) -> Bool {
        switch marker {
        case 0xC0: return readFrame(body)
        case 0xC4: return readHuffmanTables(body)
        case 0xDA: return readScan(body)
        case 0xDB: return readQuantization(body)
        case 0xDD:
            restartInterval = body.uint16(at: 0) ?? 0
            return body.count == 2
        case 0xE0:
            hasJFIF = hasJFIF || body.starts(with: "JFIF\0", at: 0)
            return true
        case 0xEE:
            if body.starts(with: "Adobe", at: 0) { adobeTransform = body.byte(at: 11) ?? -1 }
            return true
        case 0xE1...0xEF, 0xFE: return true
        default: return false
        }
    }

    /// §B.2.2
    private mutating func readFrame(_ body: ByteReader) -> Bool {
        guard frame.isEmpty, body.byte(at: 0) == 8, let height = body.uint16(at: 1),
            let width = body.uint16(at: 3), let count = body.byte(at: 5), count == 1 || count == 3,
            body.count == 6 + 3 * count, width > 0, height > 0
        else { return false }
        (self.width, self.height) = (width, height)
        for index in 0..<count {
            guard let id = body.byte(at: 6 + 3 * index), let sampling = body.byte(at: 7 + 3 * index),
                let quantization = body.byte(at: 8 + 3 * index)
            else { return false }
            let (columns, rows) = count == 1 ? (1, 1) : (sampling >> 4, sampling & 15)
            guard 1...(index == 0 ? 2 : 1) ~= columns, 1...(index == 0 ? 2 : 1) ~= rows else { return false }
            frame.append(FrameComponent(id: id, columns: columns, rows: rows, quantization: quantization))
        }
        return true
    }

    /// §B.2.4.1; the steps stay in the order of the file.
    private mutating func readQuantization(_ body: ByteReader) -> Bool {
        var offset = 0
        while let kind = body.byte(at: offset), let table = body.slice(from: offset + 1, length: 64), kind < 4 {
            quantization[kind] = table.all.map(Float.init)
            offset += 65
        }
        return offset == body.count
    }

    /// §B.2.4.2
    private mutating func readHuffmanTables(_ body: ByteReader) -> Bool {
        var offset = 0
        while let kind = body.byte(at: offset), let lengths = body.slice(from: offset + 1, length: 16),
            let symbols = body.slice(from: offset + 17, length: lengths.all.reduce(0) { $0 + Int($1) })
        {
            guard 0...3 ~= kind || 16...19 ~= kind else { return false }
            codes[kind] = (lengths.all, symbols.all)
            offset += 17 + symbols.count
        }
        return offset == body.count
    }

    /// §B.2.3; every component, whole and in one go.
    private mutating func readScan(_ body: ByteReader) -> Bool {
        let count = frame.count
        guard count > 0, body.byte(at: 0) == count, body.count == 4 + 2 * count,
            body.byte(at: 1 + 2 * count) == 0, body.byte(at: 2 + 2 * count) == 63, body.byte(at: 3 + 2 * count) == 0
        else { return false }
        for (index, each) in frame.enumerated() {
            guard body.byte(at: 1 + 2 * index) == each.id, let tables = body.byte(at: 2 + 2 * index), tables & 15 < 4,
                tables >> 4 < 4,
                let steps = quantization[each.quantization], let dc = dc(tables >> 4), let ac = ac(tables & 15)
            else { return false }
            components.append(Component(columns: each.columns, rows: each.rows, steps: steps, dc: dc, ac: ac))
        }
        return true
    }

    private func dc(_ number: Int) -> HuffmanTable? {
        guard let (counts, symbols) = codes[number], symbols.allSatisfy({ $0 < 16 }) else { return nil }
        return HuffmanTable(counts: counts.map(Int.init), symbols: symbols)
    }

    /// Their tables are told from those of the first by 16: §B.2.4.2.
    private func ac(_ number: Int) -> HuffmanTable? {
        guard let (counts, symbols) = codes[16 + number] else { return nil }
        var table = HuffmanTable(counts: counts.map(Int.init), symbols: symbols)
        table?.findPairs()
        return table
    }

    /// What the file's numbers are.
    var numbers: ColourSpace.Numbers { components.count == 1 ? .grey : .rgb }

    /// Whether there are four samples of luma for one of chroma, in a square.
    var hasHalvedChroma: Bool { components.count == 3 && (components[0].columns, components[0].rows) == (2, 2) }

    /// Three components are YCbCr for certain by JFIF, by Adobe's word or by their usual names.
    private var hasUsualColours: Bool {
        guard frame.count == 3 else { return true }
        guard let adobeTransform else { return hasJFIF || frame.map(\.id) == [1, 2, 3] }
        return adobeTransform == 1
    }
}
