/// One component of a progressive JPEG: takes what each scan tells of its blocks, and resamples those that are shown.
struct ProgressivePlane<Means: ReducedMeans> {
    /// How many blocks the component has, where a scan has no other.
    let columns: Int
    let rows: Int
    private let transform: ReducedTransform<Means>
    private var resampler: BlockResampler<Means>
    private var known: [UInt64]
    /// Of the blocks that are shown, and behind them of one in which all others are decoded, that nobody looks at.
    private var negative: [UInt64]
    private var means: [Means]

    init(_ picture: ProgressiveJPEG, _ component: Int, _ resampler: BlockResampler<Means>, eighths: Int) {
        columns = picture.tables.blockColumns(of: component)
        rows = picture.tables.blockRows(of: component)
        transform = ReducedTransform(steps: picture.steps[component], eighths: eighths)
        let shown = resampler.columns.count * resampler.rows.count
        known = Array(repeating: 0, count: columns * rows)
        negative = Array(repeating: 0, count: shown + 1)
        means = Array(repeating: Means.grey, count: shown + 1)
        self.resampler = resampler
    }

    /// The samples of the target, once every scan was decoded.
    mutating func resampled() -> [Float] {
        for row in resampler.rows {
            resampler.push(row: row, of: means, from: place(column: resampler.columns.lowerBound, row: row))
        }
        return resampler.samples
    }

    /// Adds to the first coefficient of a block.
    mutating func addFirst(_ value: Int, column: Int, row: Int) {
        means[place(column: column, row: row)].add(transform.weights[0], times: Float(value))
    }

    /// Decodes a row of blocks of a scan that has no first coefficients; says false where it is damaged.
    mutating func decode(row: Int, _ band: ScanBand, isRefinement: Bool, _ scan: inout ScanState) -> Bool {
        isRefinement ? refine(row: row, band, &scan) : read(row: row, band, &scan)
    }

    // Each of its own, and not in one, for the processor's registers.
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
        let (columns, rows) = (resampler.columns, resampler.rows)
        guard columns ~= column, rows ~= row else { return means.count - 1 }
        return (row - rows.lowerBound) * columns.count + column - columns.lowerBound
    }
}
