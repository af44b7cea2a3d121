/// What the segments of a JPEG with Huffman codes say to the scans behind them: ITU-T T.81 annex B.
///
/// Our own decoders know only what `isUsual`; all else is libjpeg's.
struct JPEGTables {
    struct Component {
        let id: Int
        /// How many blocks of this component a unit of a scan of all has, beside and above each other.
        let columns: Int
        let rows: Int
        fileprivate let quantization: Int
    }

    private(set) var width = 0
    private(set) var height = 0
    private(set) var components: [Component] = []
    private(set) var restartInterval = 0
    private(set) var isProgressive = false
    private var quantization: [Int: [Float]] = [:]
    /// As they stand in the file: a hostile one has hundreds of thousands, of which a scan uses a few.
    private var codes: [Int: (counts: [UInt8], symbols: [UInt8])] = [:]
    private var hasDeepQuantization = false
    private var hasJFIF = false
    private var adobeTransform: Int?

    /// Reads a segment that may stand before a scan; `frames` are the markers of the frame headers that it may be.
    mutating func read(_ marker: Int, _ body: ByteReader, frames: ClosedRange<Int>) -> Bool {
        switch marker {
        case frames:
            isProgressive = marker == 0xC2
            return readFrame(body)
        case 0xC4: return readHuffmanTables(body)
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
        guard components.isEmpty, body.byte(at: 0) == 8, let height = body.uint16(at: 1),
            let width = body.uint16(at: 3), let count = body.byte(at: 5), 1...4 ~= count,
            body.count == 6 + 3 * count, width > 0, height > 0
        else { return false }
        (self.width, self.height) = (width, height)
        for index in 0..<count {
            guard let id = body.byte(at: 6 + 3 * index), let sampling = body.byte(at: 7 + 3 * index),
                let quantization = body.byte(at: 8 + 3 * index)
            else { return false }
            let (columns, rows) = count == 1 ? (1, 1) : (sampling >> 4, sampling & 15)
            guard 1...4 ~= columns, 1...4 ~= rows else { return false }
            guard !components.contains(where: { $0.id == id }) else { return false }
            components.append(Component(id: id, columns: columns, rows: rows, quantization: quantization))
        }
        return true
    }

    /// §B.2.4.1; the steps stay in the order of the file.
    private mutating func readQuantization(_ body: ByteReader) -> Bool {
        var offset = 0
        while let kind = body.byte(at: offset), kind & 15 < 4, kind < 32,
            let table = body.slice(from: offset + 1, length: kind < 16 ? 64 : 128)
        {
            if kind < 16 { quantization[kind] = table.all.map(Float.init) } else { hasDeepQuantization = true }
            offset += 1 + table.count
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

    /// How many units a scan of several components has, beside and above each other (§A.2.3).
    var unitColumns: Int { quotient(width, 8 * mostColumns) }
    var unitRows: Int { quotient(height, 8 * mostRows) }

    /// How many blocks the component with the most of them has in a unit: each is 8 pixels wide and high.
    var mostColumns: Int { components.reduce(1) { max($0, $1.columns) } }
    var mostRows: Int { components.reduce(1) { max($0, $1.rows) } }

    /// How many blocks a scan of this component alone has (§A.2.2).
    func blockColumns(of component: Int) -> Int {
        quotient(width * components[component].columns, 8 * mostColumns)
    }

    func blockRows(of component: Int) -> Int {
        quotient(height * components[component].rows, 8 * mostRows)
    }

    private func quotient(_ dividend: Int, _ divisor: Int) -> Int { (dividend + divisor - 1) / divisor }

    /// The quantization that holds for the component now, in the order of the file.
    func steps(of component: Component) -> [Float]? { quantization[component.quantization] }

    /// The codes of first coefficients, each of them a size.
    func dc(_ number: Int) -> HuffmanTable? {
        guard let (counts, symbols) = codes[number], symbols.allSatisfy({ $0 < 16 }) else { return nil }
        return HuffmanTable(counts: counts.map(Int.init), symbols: symbols)
    }

    /// The codes of all other coefficients; their tables are told from those of the first by 16: §B.2.4.2.
    func ac(_ number: Int) -> HuffmanTable? {
        guard let (counts, symbols) = codes[16 + number] else { return nil }
        return HuffmanTable(counts: counts.map(Int.init), symbols: symbols)
    }

    /// What the file's numbers are.
    var numbers: ColourSpace.Numbers { components.count == 1 ? .grey : .rgb }

    /// Whether there are four samples of luma for one of chroma, in a square.
    var hasHalvedChroma: Bool { components.count == 3 && (components[0].columns, components[0].rows) == (2, 2) }

    /// Whether it is grey or YCbCr, where luma alone may have two blocks each way, in steps of 8 bits.
    var isUsual: Bool {
        let isShaped = components.enumerated().allSatisfy { index, size in
            max(size.columns, size.rows) <= (index == 0 ? 2 : 1)
        }
        return isShaped && !hasDeepQuantization && (components.count == 1 || components.count == 3) && hasUsualColours
    }

    /// Three components are YCbCr for certain by JFIF, by Adobe's word or by their usual names.
    private var hasUsualColours: Bool {
        guard components.count == 3 else { return true }
        guard let adobeTransform else { return hasJFIF || components.map(\.id) == [1, 2, 3] }
        return adobeTransform == 1
    }
}
