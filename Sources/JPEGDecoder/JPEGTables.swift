import Bytes

/// The tables of a JPEG with Huffman codes, read from the segments before each scan: ITU-T T.81 annex B. The code calls
/// a minimum coded unit (MCU) a unit.
///
/// Our own decoder accepts only a file that `isUsual`; libjpeg decodes all others.
package struct JPEGTables {
    package struct Component {
        let id: Int
        /// The sampling factors: the blocks of this component in an MCU of an interleaved scan, horizontally and
        /// vertically.
        package let columns: Int
        package let rows: Int
        fileprivate let quantization: Int
    }

    package private(set) var width = 0
    package private(set) var height = 0
    package private(set) var components: [Component] = []
    private(set) var restartInterval = 0
    private(set) var isProgressive = false
    private var quantization: [Int: [Float]] = [:]
    /// Not parsed before a scan uses them: a hostile file has hundreds of thousands of tables, and a scan uses a few.
    private var codes: [Int: (counts: [UInt8], symbols: [UInt8])] = [:]
    private var hasDeepQuantization = false
    private var hasJFIF = false
    private var adobeTransform: Int?

    /// Reads a segment that may stand before a scan; returns false for other or malformed segments. `frames` are the
    /// accepted markers of frame headers.
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

    /// Frame header: §B.2.2.
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

    /// Quantization tables: §B.2.4.1. The steps stay in zigzag order.
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

    /// Huffman tables: §B.2.4.2.
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

    /// The MCUs of an interleaved scan, horizontally and vertically (§A.2.3).
    var unitColumns: Int { quotient(width, 8 * mostColumns) }
    var unitRows: Int { quotient(height, 8 * mostRows) }

    /// The largest sampling factors: an MCU is this many blocks of 8 pixels wide and high.
    var mostColumns: Int { components.reduce(1) { max($0, $1.columns) } }
    var mostRows: Int { components.reduce(1) { max($0, $1.rows) } }

    /// The blocks of a scan that has only this component, horizontally and vertically (§A.2.2).
    func blockColumns(of component: Int) -> Int {
        quotient(width * components[component].columns, 8 * mostColumns)
    }

    func blockRows(of component: Int) -> Int {
        quotient(height * components[component].rows, 8 * mostRows)
    }

    private func quotient(_ dividend: Int, _ divisor: Int) -> Int { (dividend + divisor - 1) / divisor }

    /// The component's quantization steps at this point of the file, in zigzag order.
    func steps(of component: Component) -> [Float]? { quantization[component.quantization] }

    /// The Huffman table of the DC coefficients; nil unless all its symbols are sizes below 16.
    func dc(_ number: Int) -> HuffmanTable? {
        guard let (counts, symbols) = codes[number], symbols.allSatisfy({ $0 < 16 }) else { return nil }
        return HuffmanTable(counts: counts.map(Int.init), symbols: symbols)
    }

    /// The Huffman table of the AC coefficients, which is stored under 16 + `number`: §B.2.4.2.
    func ac(_ number: Int) -> HuffmanTable? {
        guard let (counts, symbols) = codes[16 + number] else { return nil }
        return HuffmanTable(counts: counts.map(Int.init), symbols: symbols)
    }

    /// Whether chroma has half the samples of luma in each direction (4:2:0).
    package var hasHalvedChroma: Bool { components.count == 3 && (components[0].columns, components[0].rows) == (2, 2) }

    /// Whether the file is grey or YCbCr, has quantization steps of 8 bits, and has up to 2 × 2 luma blocks but only
    /// one block of each chroma in an MCU.
    var isUsual: Bool {
        let isShaped = components.enumerated().allSatisfy { index, size in
            max(size.columns, size.rows) <= (index == 0 ? 2 : 1)
        }
        return isShaped && !hasDeepQuantization && (components.count == 1 || components.count == 3) && hasUsualColours
    }

    /// Three components are certainly YCbCr if JFIF, Adobe's segment or the usual ids 1, 2 and 3 say so.
    private var hasUsualColours: Bool {
        guard components.count == 3 else { return true }
        guard let adobeTransform else { return hasJFIF || components.map(\.id) == [1, 2, 3] }
        return adobeTransform == 1
    }
}
