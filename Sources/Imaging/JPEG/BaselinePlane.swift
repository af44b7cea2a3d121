/// One component of a baseline JPEG: takes its blocks from the scan, shrunk, and resamples those that are shown.
struct BaselinePlane<Means: BlockMeans> {
    private let component: SequentialJPEG.Component
    private let weights: [Means.Weight]
    private var blocks: [Means]
    private var predicted = 0
    private var resampler: BlockResampler<Means>

    init(_ component: SequentialJPEG.Component, _ resampler: BlockResampler<Means>, eighths: Int) {
        self.component = component
        self.resampler = resampler
        weights = Means.weights(steps: component.steps, eighths: eighths)
        blocks = Array(repeating: .zero, count: resampler.columns.count * component.size.rows)
    }

    /// The samples of the target, once every unit was decoded.
    var samples: [Float] { resampler.samples }

    /// Whether a row of units has anything that is shown.
    func isShown(unitRow: Int) -> Bool {
        resampler.rows.overlaps(unitRow * component.size.rows..<(unitRow + 1) * component.size.rows)
    }

    /// Decodes the component's blocks of the unit; says false where the scan is damaged.
    @inline(__always) mutating func decode(unit: Int, isShown: Bool, from bits: inout ScanBits) -> Bool {
        var predicted = predicted
        // A copy, as the blocks are written while it is read from.
        let weights = weights
        let (size, shown) = (component.size, resampler.columns)
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

    /// Resamples the row of units that was decoded.
    mutating func finish(unitRow: Int) {
        for row in 0..<component.size.rows {
            resampler.push(
                row: unitRow * component.size.rows + row,
                of: blocks,
                from: row * resampler.columns.count
            )
        }
    }

    /// ITU-T T.81 §F.2.2.
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
        // A closure would be called for each, with the means in memory.
        @inline(__always) func add(_ place: Int, _ value: Int) {
            unsafe means.add(weights[unchecked: place], times: Float(value))
        }
        let isWhole = bits.coefficients(component.ac, add)
        scan = bits
        means.finish(in: &blocks[place])
        return isWhole
    }

    /// The same for nothing but the bits and the prediction.
    private func passBlock(from scan: inout ScanBits, _ predicted: inout Int) -> Bool {
        var bits = scan
        guard let difference = bits.number(component.dc) else { return false }
        predicted &+= difference
        let isWhole = bits.coefficients(component.ac) { _, _ in }
        scan = bits
        return isWhole
    }
}
