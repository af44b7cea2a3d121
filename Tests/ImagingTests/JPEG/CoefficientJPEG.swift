/// A handmade JPEG of random coefficients, with features that the available encoders do not write: any script of
/// scans, any sampling, restart markers.
struct CoefficientJPEG {
    struct Scan {
        var components: [Int]
        var band: ClosedRange<Int>
        /// The lowest known bit before the scan, 0 for none; `low` is the lowest known bit after it.
        var high = 0
        var low = 0
    }

    let width: Int
    let height: Int
    /// The columns and rows of blocks that a unit has for each component.
    let sampling: [(columns: Int, rows: Int)]
    var restartInterval = 0
    /// Bytes after the scan with that number.
    var padding: [Int: [UInt8]] = [:]
    /// The coefficients by component and block in zigzag order, row by row, with the blocks beyond the picture's edge.
    private var blocks: [[[Int]]] = []

    init(width: Int, height: Int, sampling: [(columns: Int, rows: Int)], seed: UInt64) {
        self.width = width
        self.height = height
        self.sampling = sampling
        var generator = SeededGenerator(seed: seed)
        blocks = sampling.map { size in
            (0..<units.columns * size.columns * units.rows * size.rows).map { _ in
                (0..<64).map { place in
                    guard place > 0 else { return .random(in: -40...40, using: &generator) }
                    guard Int.random(in: 0..<8 + place, using: &generator) < 3 else { return 0 }
                    return .random(in: -9...9, using: &generator)
                }
            }
        }
    }

    private var units: (columns: Int, rows: Int) {
        let unit = (columns: 8 * sampling[0].columns, rows: 8 * sampling[0].rows)
        return ((width + unit.columns - 1) / unit.columns, (height + unit.rows - 1) / unit.rows)
    }

    /// The picture in one scan.
    var baseline: [UInt8] { bytes(frame: 0xC0, [Scan(components: Array(sampling.indices), band: 0...63)]) }

    func progressive(_ script: [Scan]) -> [UInt8] { bytes(frame: 0xC2, script) }

    func bytes(frame: UInt8, _ script: [Scan]) -> [UInt8] {
        let size = Metadata.big(height, 2) + Metadata.big(width, 2) + [UInt8(sampling.count)]
        let components = sampling.enumerated().flatMap { index, size -> [UInt8] in
            [UInt8(index + 1), UInt8(size.columns << 4 | size.rows), 0]
        }
        var file: [UInt8] = [0xFF, 0xD8]
        file += Metadata.segment(0xDB, [0] + (0..<64).map { UInt8(4 + $0 / 8) })
        file += Metadata.segment(frame, [8] + size + components)
        file += Metadata.segment(0xC4, EntropyWriter.dcTable)
        file += Metadata.segment(0xC4, EntropyWriter.acTable(isProgressive: frame == 0xC2))
        file += Metadata.segment(0xDD, Metadata.big(restartInterval, 2))
        for (number, scan) in script.enumerated() {
            let components = scan.components.flatMap { [UInt8($0 + 1), 0] as [UInt8] }
            let band = [UInt8(scan.band.lowerBound), UInt8(scan.band.upperBound), UInt8(scan.high << 4 | scan.low)]
            file += Metadata.segment(0xDA, [UInt8(scan.components.count)] + components + band)
            file += entropy(scan, isProgressive: frame == 0xC2) + (padding[number] ?? [])
        }
        return file + [0xFF, 0xD9]
    }

    private func entropy(_ scan: Scan, isProgressive: Bool) -> [UInt8] {
        var writer = EntropyWriter(joinsEnds: isProgressive)
        for (index, unit) in order(of: scan).enumerated() {
            if restartInterval > 0, index > 0, index.isMultiple(of: restartInterval) { writer.restart() }
            for (component, block) in unit {
                writer.write(blocks[component][block], scan, component: component)
            }
        }
        return writer.finished()
    }

    /// The blocks of each unit.
    private func order(of scan: Scan) -> [[(component: Int, block: Int)]] {
        let alone = scan.components.count == 1
        let grid = alone ? blockGrid(of: scan.components[0]) : units
        return (0..<grid.rows * grid.columns).map { unit in
            let (x, y) = (unit % grid.columns, unit / grid.columns)
            return scan.components.flatMap { component in
                let size = alone ? (columns: 1, rows: 1) : sampling[component]
                return (0..<size.columns * size.rows).map { block in
                    let column = x * size.columns + block % size.columns
                    let row = y * size.rows + block / size.columns
                    return (component, row * units.columns * sampling[component].columns + column)
                }
            }
        }
    }

    private func blockGrid(of component: Int) -> (columns: Int, rows: Int) {
        func count(_ length: Int, _ share: Int, of most: Int) -> Int { (length * share + 8 * most - 1) / (8 * most) }
        return (
            count(width, sampling[component].columns, of: sampling[0].columns),
            count(height, sampling[component].rows, of: sampling[0].rows)
        )
    }
}
