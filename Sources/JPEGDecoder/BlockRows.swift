/// Joins the reduced blocks of one component of a JPEG to rows of samples.
struct BlockRows<Means: BlockMeans> {
    /// The block columns and block rows that are shown, counted from the left and from the top.
    let columns: Range<Int>
    let rows: Range<Int>
    private let eighths: Int
    private let plane: any JPEGPlane
    private var line: [Float]

    init(_ plane: any JPEGPlane, eighths: Int) {
        self.plane = plane
        self.eighths = eighths
        func blocks(_ samples: Range<Int>) -> Range<Int> {
            samples.lowerBound / eighths..<(samples.upperBound - 1) / eighths + 1
        }
        columns = blocks(plane.columns)
        rows = blocks(plane.rows)
        line = Array(repeating: 0, count: columns.count * eighths)
    }

    /// Takes block row `row`, from top to bottom. Its blocks start at index `first` of `blocks`.
    mutating func push(row: Int, of blocks: [Means], from first: Int) {
        let start = plane.columns.lowerBound - columns.lowerBound * eighths
        let span = start..<start + plane.columns.count
        let shown = plane.rows
        // Moved out of `self`: an array with two owners would be copied for each row.
        var line = [Float]()
        swap(&line, &self.line)
        for y in 0..<eighths where shown ~= row * eighths + y {
            load(y, of: blocks, from: first, into: &line)
            plane.push(line.span.extracting(span))
        }
        swap(&line, &self.line)
    }

    /// Joins one row of samples of all blocks to a line.
    private func load(_ row: Int, of blocks: [Means], from first: Int, into line: inout [Float]) {
        let size = MemoryLayout<Means>.stride / MemoryLayout<Float>.stride
        let start = first * size + row * eighths
        let (eighths, count) = (eighths, columns.count)
        var line = line.mutableSpan
        guard eighths < 8 else {
            // The same as the loop below, eight samples at once.
            for block in 0..<count {
                let offset = 4 * (start + block * size)
                let samples = unsafe blocks.withUnsafeBytes {
                    unsafe $0.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
                }
                for x in 0..<8 { line[block * 8 + x] = samples[x] }
            }
            return
        }
        unsafe blocks.withUnsafeBytes { bytes in
            let samples = unsafe bytes.assumingMemoryBound(to: Float.self)
            for block in 0..<count {
                for x in 0..<eighths { line[block * eighths + x] = unsafe samples[start + block * size + x] }
            }
        }
    }
}
