/// What the segments of an ordinary JPEG say to the scans behind them: grey or YCbCr, ITU-T T.81 annex B.
///
/// What is anything else, or unusual in any way, is not read: that is libjpeg's.
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
    private var quantization: [Int: [Float]] = [:]
    /// As they stand in the file: a hostile one has hundreds of thousands, of which a scan uses a few.
    private var codes: [Int: (counts: [UInt8], symbols: [UInt8])] = [:]
    private var hasJFIF = false
    private var adobeTransform: Int?

    /// Reads a segment that may stand before a scan; `frame` is the marker of the only frame header that is usual.
    mutating func read(_ marker: Int, _ body: ByteReader, frame: Int) -> Bool {
        switch marker {
        case frame: return readFrame(body)
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
            guard !components.contains(where: { $0.id == id }) else { return false }
            components.append(Component(id: id, columns: columns, rows: rows, quantization: quantization))
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

    /// How many units a scan of several components has, beside and above each other (§A.2.3).
    var unitColumns: Int { quotient(width, 8 * components[0].columns) }
    var unitRows: Int { quotient(height, 8 * components[0].rows) }

    /// How many blocks a scan of this component alone has (§A.2.2).
    func blockColumns(of component: Int) -> Int {
        quotient(width * components[component].columns, 8 * components[0].columns)
    }

    func blockRows(of component: Int) -> Int {
        quotient(height * components[component].rows, 8 * components[0].rows)
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

    /// Three components are YCbCr for certain by JFIF, by Adobe's word or by their usual names.
    var hasUsualColours: Bool {
        guard components.count == 3 else { return true }
        guard let adobeTransform else { return hasJFIF || components.map(\.id) == [1, 2, 3] }
        return adobeTransform == 1
    }
}
