import Bytes

/// A scan of a damaged JPEG with Huffman codes. It is read only to find out how much of it is intact.
struct SurveyedScan {
    /// The indices of the scan's components.
    let components: [Int]
    /// The coefficients of the scan, as places in zigzag order.
    let band: ClosedRange<Int>
    /// The lowest bit of the coefficients that is known after the scan.
    let lowBit: Int
    /// The MCUs of the scan, horizontally and vertically. In a scan of one component an MCU is one block.
    let columns: Int
    let rows: Int
    /// The MCUs in a restart interval.
    let interval: Int

    private enum Coding {
        /// One pair of tables for each component.
        case sequential([(dc: HuffmanTable, ac: HuffmanTable)])
        case first(ProgressiveJPEG.Scan)
        case band(ScanBand, isRefinement: Bool)
    }

    private let coding: Coding
    private let tables: JPEGTables

    // Weights of zero, because the survey computes no samples.
    private static let noWeights = [SIMD2<Float>](repeating: .zero, count: 64)
    /// Marks a block whose nonzero coefficients are uncertain. It is the bit of the DC coefficient, which is not used
    /// otherwise.
    private static let isGuessed: UInt64 = 1

    /// Reads the scan header, ITU-T T.81 §B.2.3; nil if libjpeg would refuse it.
    init?(_ body: ByteReader, _ tables: JPEGTables) {
        guard let count = body.byte(at: 0), 1...4 ~= count, body.count == 4 + 2 * count,
            let first = body.byte(at: 1 + 2 * count), let last = body.byte(at: 2 + 2 * count),
            let bits = body.byte(at: 3 + 2 * count)
        else { return nil }
        let ids = (0..<count).map { body.byte(at: 1 + 2 * $0) }
        let components = ids.compactMap { id in tables.components.firstIndex { $0.id == id } }
        guard components.count == count, Set(components).count == count else { return nil }
        let codes = (0..<count).map { body.byte(at: 2 + 2 * $0) ?? 0 }
        guard let coding = Self.coding(tables, components, codes, (first, last), high: bits >> 4, low: bits & 15) else {
            return nil
        }
        self.coding = coding
        self.components = components
        self.tables = tables
        band = tables.isProgressive ? first...last : 0...63
        lowBit = tables.isProgressive ? bits & 15 : 0
        columns = count == 1 ? tables.blockColumns(of: components[0]) : tables.unitColumns
        rows = count == 1 ? tables.blockRows(of: components[0]) : tables.unitRows
        interval = tables.restartInterval > 0 ? tables.restartInterval : columns * rows
    }

    private static func coding(
        _ tables: JPEGTables,
        _ components: [Int],
        _ numbers: [Int],
        _ band: (first: Int, last: Int),
        high: Int,
        low: Int
    ) -> Coding? {
        guard tables.isProgressive else {
            var codes: [(dc: HuffmanTable, ac: HuffmanTable)] = []
            for number in numbers {
                guard let dc = tables.dc(number >> 4), var ac = tables.ac(number & 15), !ac.endsManyBlocks else {
                    return nil
                }
                ac.findPairs()
                codes.append((dc, ac))
            }
            return .sequential(codes)
        }
        // The allowed bands and bits: §G.1.1.1.
        guard low <= 13, high == 0 || low == high - 1, band.last < 64,
            band.first == 0 ? band.last == 0 : band.first <= band.last && components.count == 1
        else { return nil }
        let isFirst = band.first == 0
        let needed = isFirst && high > 0 ? [] : numbers
        let codes = needed.compactMap { isFirst ? tables.dc($0 >> 4) : tables.ac($0 & 15) }
        guard codes.count == needed.count else { return nil }
        let scan = ProgressiveJPEG.Scan(
            components: components,
            band: band.first...band.last,
            isRefinement: high > 0,
            lowBit: low,
            codes: codes,
            restartInterval: 0,
            start: 0
        )
        return isFirst ? .first(scan) : .band(ScanBand(scan), isRefinement: high > 0)
    }

    var count: Int { columns * rows }

    /// The MCU of the whole picture that contains MCU `unit` of the scan. In a scan of one component an MCU is one
    /// block.
    func place(of unit: Int) -> Int {
        guard components.count == 1 else { return unit }
        let size = tables.components[components[0]]
        return unit / columns / size.rows * tables.unitColumns + unit % columns / size.columns
    }

    /// Reads the MCUs of an interval; returns the first MCU that is missing or uncertain, or the end of `units`.
    ///
    /// `known` are the nonzero coefficients of each block of a progressive JPEG, by component. A refinement scan codes
    /// its bits by these coefficients: if they are wrong, its bits cannot be read.
    func firstLost(
        of units: Range<Int>,
        _ bits: ScanBits,
        _ known: inout [[UInt64]],
        _ mayContinue: () -> Bool
    ) throws(JPEGFailure) -> Int {
        var state = ScanState(bits)
        for unit in units {
            guard !unit.isMultiple(of: 1024) || mayContinue() else { throw .stopped }
            guard read(unit, &state, &known), !state.bits.isExhausted else { return unit }
        }
        return units.upperBound
    }

    /// Marks the coefficients of these MCUs as uncertain.
    func lose(_ units: Range<Int>, _ known: inout [[UInt64]]) {
        guard case .band = coding else { return }
        for unit in units { known[components[0]][block(unit)] |= Self.isGuessed }
    }

    private func read(_ unit: Int, _ state: inout ScanState, _ known: inout [[UInt64]]) -> Bool {
        switch coding {
        case .sequential(let codes):
            for (index, code) in codes.enumerated() {
                for _ in 0..<blocks(index) {
                    guard state.bits.number(code.dc) != nil, state.bits.coefficients(code.ac, { _, _ in }) else {
                        return false
                    }
                }
            }
        case .first(let scan):
            for index in components.indices {
                for _ in 0..<blocks(index) {
                    guard state.first(index, scan) != nil else { return false }
                }
            }
        case .band(let band, let isRefinement):
            let (component, place) = (components[0], block(unit))
            guard !isRefinement || known[component][place] & Self.isGuessed == 0 else { return false }
            var block = ProgressiveBlock<SIMD2<Float>>(means: .zero, known: known[component][place], negative: 0)
            let weights = Self.noWeights
            guard
                isRefinement
                    ? block.refine(band, weights.span, &state) : block.read(band, weights.span, &state)
            else { return false }
            known[component][place] = block.known
        }
        return true
    }

    /// The blocks of a component in an MCU of the scan.
    private func blocks(_ index: Int) -> Int {
        let size = tables.components[components[index]]
        return components.count == 1 ? 1 : size.columns * size.rows
    }

    /// The index of block `unit` among all blocks of the component, in a scan of one component.
    private func block(_ unit: Int) -> Int {
        unit / columns * tables.unitColumns * tables.components[components[0]].columns + unit % columns
    }
}
