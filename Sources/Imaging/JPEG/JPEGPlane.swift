/// One component of a JPEG: takes its blocks from the scan, shrunk, and resamples those that are shown.
struct JPEGPlane<Means: SIMD> where Means.Scalar == Float {
    private let component: SequentialJPEG.Component
    private let eighths: Int
    private let transform: ReducedTransform<Means>
    private let source: SourceSquare
    /// The blocks, counted from the left, that the square touches.
    private let shown: Range<Int>
    private var blocks: [Means]
    private var line: [Float]
    private var predicted = 0
    private var resampler: LineResampler<Float>

    /// The component's samples lie on `source`, shrunk to `eighths`.
    init(_ component: SequentialJPEG.Component, _ source: SourceSquare, eighths: Int, side: Int) {
        self.component = component
        self.eighths = eighths
        self.source = source
        transform = ReducedTransform(steps: component.steps, eighths: eighths)
        shown = source.columns.lowerBound / eighths..<(source.columns.upperBound - 1) / eighths + 1
        blocks = Array(repeating: .zero, count: shown.count * component.rows)
        line = Array(repeating: 0, count: shown.count * eighths)
        resampler = LineResampler(source, side: side)
    }

    /// The samples of the target, once every unit was decoded.
    var samples: [Float] { resampler.samples }

    /// Whether a row of units has anything that is shown.
    func isShown(unitRow: Int) -> Bool {
        source.rows.overlaps(unitRow * component.rows * eighths..<(unitRow + 1) * component.rows * eighths)
    }

    /// Decodes the component's blocks of the unit; says false where the scan is damaged.
    @inline(__always) mutating func decode(unit: Int, isShown: Bool, from bits: inout ScanBits) -> Bool {
        var predicted = predicted
        for row in 0..<component.rows {
            for column in unit * component.columns..<(unit + 1) * component.columns {
                if isShown, shown ~= column {
                    guard let means = block(from: &bits, &predicted) else { return false }
                    blocks[row * shown.count + column - shown.lowerBound] = means
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
        for row in 0..<component.rows * eighths {
            guard source.rows ~= unitRow * component.rows * eighths + row else { continue }
            load(row)
            let start = source.columns.lowerBound - shown.lowerBound * eighths
            let (line, columns) = (line, start..<start + source.columns.count)
            resampler.push(line.span.extracting(columns))
        }
    }

    /// Lines up the same row of each block.
    private mutating func load(_ row: Int) {
        let size = MemoryLayout<Means>.stride / MemoryLayout<Float>.stride
        let first = row / eighths * shown.count * size + row % eighths * eighths
        let (eighths, count, blocks) = (eighths, shown.count, blocks)
        var line = line.mutableSpan
        unsafe blocks.withUnsafeBytes { bytes in
            let samples = unsafe bytes.assumingMemoryBound(to: Float.self)
            for block in 0..<count {
                for x in 0..<eighths { line[block * eighths + x] = unsafe samples[first + block * size + x] }
            }
        }
    }

    /// ITU-T T.81 §F.2.2.
    private func block(from scan: inout ScanBits, _ predicted: inout Int) -> Means? {
        var bits = scan
        guard let difference = bits.number(component.dc) else { return nil }
        predicted &+= difference
        let weights = transform.weights.span
        var means = transform.grey + weights[0] * Float(predicted)
        let isWhole = bits.coefficients(component.ac) { place, value in
            unsafe means += weights[unchecked: place] * Means(repeating: Float(value))
        }
        scan = bits
        return isWhole ? means : nil
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
