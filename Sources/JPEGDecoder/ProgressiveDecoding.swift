/// Decodes a progressive JPEG directly to a reduced size.
///
/// It accepts and refuses the same files as libjpeg, so any damage that it finds is an error. libjpeg would hold all
/// coefficients of the whole picture.
struct ProgressiveDecoding<Luma: ReducedMeans, Chroma: ReducedMeans> {
    private let picture: ProgressiveJPEG
    private let upload: [UInt8]
    private let mayContinue: () -> Bool
    private var luma: ProgressivePlane<Luma>
    private var chroma: [ProgressivePlane<Chroma>]

    /// Decodes luma at `luma`/8 and chroma at `chroma`/8 of its size in each direction.
    init(_ picture: ProgressiveJPEG, of upload: [UInt8], _ output: JPEGOutput, luma: Int, chroma: Int) {
        let components = picture.tables.components
        func plane<Means>(_ component: Int, eighths: Int) -> ProgressivePlane<Means> {
            let rows = BlockRows<Means>(output.plane(component, picture.tables, eighths), eighths: eighths)
            return ProgressivePlane(picture, component, rows, eighths: eighths)
        }
        self.picture = picture
        self.upload = upload
        mayContinue = output.mayContinue
        self.luma = plane(0, eighths: luma)
        self.chroma = components.indices.dropFirst().map { plane($0, eighths: chroma) }
    }

    /// Passes all rows that are shown to the planes; throws if a scan is damaged.
    mutating func run() throws(JPEGFailure) {
        for scan in picture.scans {
            var state = ScanState(scan, of: upload)
            if scan.band.lowerBound == 0 {
                try decodeFirst(scan, &state)
            } else {
                try decodeBand(scan, &state)
            }
        }
        luma.finish()
        for index in chroma.indices { chroma[index].finish() }
    }

    private mutating func decodeBand(_ scan: ProgressiveJPEG.Scan, _ state: inout ScanState) throws(JPEGFailure) {
        let band = ScanBand(scan)
        let component = scan.components[0]
        for row in 0..<picture.tables.blockRows(of: component) {
            guard mayContinue() else { throw .stopped }
            let isDecoded =
                component == 0
                ? luma.decode(row: row, band, isRefinement: scan.isRefinement, &state)
                : chroma[component - 1].decode(row: row, band, isRefinement: scan.isRefinement, &state)
            guard isDecoded else { throw damage }
        }
    }

    /// Decodes a scan of DC coefficients: MCU by MCU, where the last ones may extend beyond the picture, or block by
    /// block if the scan has one component (ITU-T T.81 §A.2).
    private mutating func decodeFirst(_ scan: ProgressiveJPEG.Scan, _ state: inout ScanState) throws(JPEGFailure) {
        let tables = picture.tables
        let alone = scan.components.count == 1 ? scan.components[0] : nil
        let columns = alone.map(tables.blockColumns) ?? tables.unitColumns
        let rows = alone.map(tables.blockRows) ?? tables.unitRows
        for unitRow in 0..<rows {
            guard mayContinue() else { throw .stopped }
            for unit in 0..<columns {
                guard state.begin(), decodeFirst(scan, unit: unit, unitRow: unitRow, &state) else { throw damage }
            }
            guard !state.bits.isExhausted else { throw damage }
        }
    }

    private mutating func decodeFirst(
        _ scan: ProgressiveJPEG.Scan,
        unit: Int,
        unitRow: Int,
        _ state: inout ScanState
    ) -> Bool {
        for (index, component) in scan.components.enumerated() {
            let size = picture.tables.components[component]
            let (columns, rows) = scan.components.count == 1 ? (1, 1) : (size.columns, size.rows)
            for row in unitRow * rows..<(unitRow + 1) * rows {
                for column in unit * columns..<(unit + 1) * columns {
                    guard let value = state.first(index, scan) else { return false }
                    if component == 0 {
                        luma.addFirst(value, column: column, row: row)
                    } else {
                        chroma[component - 1].addFirst(value, column: column, row: row)
                    }
                }
            }
        }
        return true
    }

    private var damage: JPEGFailure { .damaged(reason: "A scan of it is damaged or ends too early") }
}

/// One component of a progressive JPEG: decodes the blocks scan by scan, and passes on the rows that are shown.
struct ProgressivePlane<Means: ReducedMeans> {
    /// The blocks of the component in a scan without other components, horizontally and vertically.
    let columns: Int
    let rows: Int
    private let transform: ReducedTransform<Means>
    private var blockRows: BlockRows<Means>
    private var known: [UInt64]
    /// One element for each block that is shown, and a last element into which all other blocks are decoded.
    private var negative: [UInt64]
    private var means: [Means]

    init(_ picture: ProgressiveJPEG, _ component: Int, _ blockRows: BlockRows<Means>, eighths: Int) {
        columns = picture.tables.blockColumns(of: component)
        rows = picture.tables.blockRows(of: component)
        transform = ReducedTransform(steps: picture.steps[component], eighths: eighths)
        let shown = blockRows.columns.count * blockRows.rows.count
        known = Array(repeating: 0, count: columns * rows)
        negative = Array(repeating: 0, count: shown + 1)
        means = Array(repeating: Means.grey, count: shown + 1)
        self.blockRows = blockRows
    }

    /// Passes on all rows that are shown, after the last scan.
    mutating func finish() {
        for row in blockRows.rows {
            blockRows.push(row: row, of: means, from: place(column: blockRows.columns.lowerBound, row: row))
        }
    }

    /// Adds `value` to the DC coefficient of a block.
    mutating func addFirst(_ value: Int, column: Int, row: Int) {
        means[place(column: column, row: row)].add(transform.weights[0], times: Float(value))
    }

    /// Decodes a row of blocks in a scan of AC coefficients; returns false if the scan is damaged.
    mutating func decode(row: Int, _ band: ScanBand, isRefinement: Bool, _ scan: inout ScanState) -> Bool {
        isRefinement ? refine(row: row, band, &scan) : read(row: row, band, &scan)
    }

    // Two functions that are not inlined, because in one function they would need too many processor registers.
    @inline(never) private mutating func read(row: Int, _ band: ScanBand, _ scan: inout ScanState) -> Bool {
        decodeEach(row: row, band, isRefinement: false, &scan)
    }

    @inline(never) private mutating func refine(row: Int, _ band: ScanBand, _ scan: inout ScanState) -> Bool {
        decodeEach(row: row, band, isRefinement: true, &scan)
    }

    @inline(__always)
    private mutating func decodeEach(
        row: Int,
        _ band: ScanBand,
        isRefinement: Bool,
        _ scan: inout ScanState
    ) -> Bool {
        var state = scan
        let weights = transform.weights
        for column in 0..<columns {
            guard state.begin() else { return false }
            let place = place(column: column, row: row)
            var block = ProgressiveBlock(
                means: means[place],
                known: known[row * columns + column],
                negative: negative[place]
            )
            guard
                isRefinement
                    ? block.refine(band, weights.span, &state) : block.read(band, weights.span, &state)
            else { return false }
            means[place] = block.means
            known[row * columns + column] = block.known
            negative[place] = block.negative
        }
        scan = state
        return !state.bits.isExhausted
    }

    private func place(column: Int, row: Int) -> Int {
        let (columns, rows) = (blockRows.columns, blockRows.rows)
        guard columns ~= column, rows ~= row else { return means.count - 1 }
        return (row - rows.lowerBound) * columns.count + column - columns.lowerBound
    }
}
