/// Decodes an undamaged baseline JPEG directly to the size that the caller asks for, from 1/8 to 8/8.
///
/// It handles only the files that `SequentialJPEG` accepts. If it finds damage, libjpeg must decode the file or report
/// the error.
struct BaselineDecoding<Luma: BlockMeans, Chroma: BlockMeans> {
    private let tables: JPEGTables
    private let mayContinue: () -> Bool
    private var bits: ScanBits
    private var restarts: RestartInterval
    private var luma: BaselinePlane<Luma>
    private var chroma: [BaselinePlane<Chroma>]

    /// Decodes luma at `luma`/8 and chroma at `chroma`/8 of its size in each direction.
    init(_ picture: SequentialJPEG, of upload: [UInt8], _ output: JPEGOutput, luma: Int, chroma: Int) {
        func plane<Means>(_ index: Int, eighths: Int) -> BaselinePlane<Means> {
            let rows = BlockRows<Means>(output.plane(index, picture.tables, eighths), eighths: eighths)
            return BaselinePlane(picture.components[index], rows, eighths: eighths)
        }
        tables = picture.tables
        mayContinue = output.mayContinue
        bits = ScanBits(upload, from: picture.scanStart)
        restarts = RestartInterval(tables.restartInterval)
        self.luma = plane(0, eighths: luma)
        self.chroma = picture.components.indices.dropFirst().map { plane($0, eighths: chroma) }
    }

    /// Passes all rows that are shown to the planes; returns false if the scan is damaged.
    mutating func run() throws(JPEGFailure) -> Bool {
        for row in 0..<tables.unitRows {
            guard mayContinue() else { throw .stopped }
            guard decode(unitRow: row) else { return false }
        }
        // Bytes after the end-of-image marker are ignored.
        return bits.pass(0xD9)
    }

    private mutating func decode(unitRow: Int) -> Bool {
        let isShown = luma.isShown(unitRow: unitRow)
        for unit in 0..<tables.unitColumns {
            guard !restarts.isOver || restart() else { return false }
            guard luma.decode(unit: unit, isShown: isShown, from: &bits) else { return false }
            for index in chroma.indices {
                guard chroma[index].decode(unit: unit, isShown: isShown, from: &bits) else { return false }
            }
            restarts.count()
        }
        if isShown {
            luma.finish(unitRow: unitRow)
            for index in chroma.indices { chroma[index].finish(unitRow: unitRow) }
        }
        return !bits.isExhausted
    }

    private mutating func restart() -> Bool {
        luma.restart()
        for index in chroma.indices { chroma[index].restart() }
        return restarts.restart(&bits)
    }
}

/// One component of a baseline JPEG: decodes its blocks at reduced size and passes on the rows that are shown.
struct BaselinePlane<Means: BlockMeans> {
    private let component: SequentialJPEG.Component
    private let weights: [Means.Weight]
    private var blocks: [Means]
    private var predicted = 0
    private var blockRows: BlockRows<Means>

    init(_ component: SequentialJPEG.Component, _ blockRows: BlockRows<Means>, eighths: Int) {
        self.component = component
        self.blockRows = blockRows
        weights = Means.weights(steps: component.steps, eighths: eighths)
        blocks = Array(repeating: .zero, count: blockRows.columns.count * component.size.rows)
    }

    /// Whether a row of MCUs contains samples that are shown.
    func isShown(unitRow: Int) -> Bool {
        blockRows.rows.overlaps(unitRow * component.size.rows..<(unitRow + 1) * component.size.rows)
    }

    /// Decodes the component's blocks of one MCU; returns false if the scan is damaged.
    @inline(__always) mutating func decode(unit: Int, isShown: Bool, from bits: inout ScanBits) -> Bool {
        var predicted = predicted
        // A copy, because the loop writes to `self.blocks` while it reads the weights.
        let weights = weights
        let (size, shown) = (component.size, blockRows.columns)
        for row in 0..<size.rows {
            for column in unit * size.columns..<(unit + 1) * size.columns {
                if isShown, shown ~= column {
                    let place = row * shown.count + column - shown.lowerBound
                    guard block(place, weights.span, from: &bits, &predicted) else { return false }
                } else {
                    guard passBlock(from: &bits, &predicted) else { return false }
                }
            }
        }
        self.predicted = predicted
        return true
    }

    mutating func restart() {
        predicted = 0
    }

    /// Passes on the row of MCUs that was decoded last.
    mutating func finish(unitRow: Int) {
        for row in 0..<component.size.rows {
            blockRows.push(
                row: unitRow * component.size.rows + row,
                of: blocks,
                from: row * blockRows.columns.count
            )
        }
    }

    /// Decodes one block: ITU-T T.81 §F.2.2.
    private mutating func block(
        _ place: Int,
        _ weights: Span<Means.Weight>,
        from scan: inout ScanBits,
        _ predicted: inout Int
    ) -> Bool {
        var bits = scan
        guard let difference = bits.number(component.dc) else { return false }
        predicted &+= difference
        var means = Means.grey
        means.add(weights[0], times: Float(predicted))
        // A local function, because a closure would be called for each coefficient and would keep `means` in memory.
        @inline(__always) func add(_ place: Int, _ value: Int) {
            unsafe means.add(weights[unchecked: place], times: Float(value))
        }
        let isWhole = bits.coefficients(component.ac, add)
        scan = bits
        means.finish(in: &blocks[place])
        return isWhole
    }

    /// Reads a block that is not shown: only the position in the bits and the DC prediction change.
    private func passBlock(from scan: inout ScanBits, _ predicted: inout Int) -> Bool {
        var bits = scan
        guard let difference = bits.number(component.dc) else { return false }
        predicted &+= difference
        let isWhole = bits.coefficients(component.ac) { _, _ in }
        scan = bits
        return isWhole
    }
}
