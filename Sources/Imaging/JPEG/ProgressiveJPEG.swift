/// The scans of an ordinary progressive JPEG (ITU-T T.81 annex G), every one of which makes the picture finer, up to all
/// that there is of it.
struct ProgressiveJPEG {
    struct Scan {
        /// Which components it is about, in their order.
        let components: [Int]
        /// The coefficients, by their place in the order of the file.
        let band: ClosedRange<Int>
        /// Whether it adds a bit to what is known already.
        let isRefinement: Bool
        /// The lowest bit of the coefficients that is known afterwards.
        let lowBit: Int
        /// One for each component; none where it adds a bit to first coefficients.
        let codes: [HuffmanTable]
        let restartInterval: Int
        let start: Int
    }

    /// Real files have about ten.
    static let maxScans = 100

    private(set) var tables = JPEGTables()
    private(set) var scans: [Scan] = []
    /// The quantization of each component, in the order of the file: what held when its first scan began, as libjpeg
    /// takes it.
    private(set) var steps: [[Float]] = []
    /// By component and place, the lowest bit that is known; nothing before the first scan.
    private var lowBits: [[Int?]] = []

    init?(_ file: ByteReader) {
        var offset = 2
        while let segment = ImageHeader.nextJPEGSegment(in: file, from: offset) {
            offset = segment.end
            if segment.marker == 0xDA {
                guard scans.count < Self.maxScans, readScan(segment.body, start: offset) else { return nil }
            } else {
                guard tables.read(segment.marker, segment.body, frames: 0xC2...0xC2) else { return nil }
            }
        }
        // Of what is not known to its last bit libjpeg smooths the edges between blocks.
        guard !scans.isEmpty, tables.isUsual, lowBits.allSatisfy({ $0.allSatisfy { $0 == 0 } }),
            ImageHeader.nextJPEGMarker(in: file, from: offset)?.marker == 0xD9
        else { return nil }
    }

    /// §B.2.3
    private mutating func readScan(_ body: ByteReader, start: Int) -> Bool {
        if scans.isEmpty {
            guard tables.isUsual else { return false }
            lowBits = tables.components.map { _ in Array(repeating: nil, count: 64) }
            steps = tables.components.map { _ in [] }
        }
        guard let count = body.byte(at: 0), body.count == 4 + 2 * count, let first = body.byte(at: 1 + 2 * count),
            let last = body.byte(at: 2 + 2 * count), let bits = body.byte(at: 3 + 2 * count),
            first == 0 ? last == 0 : last < 64 && first <= last && count == 1,
            let components = components(body, count: count),
            refine(components, first...last, from: bits >> 4, to: bits & 15),
            let codes = codes(body, of: components, isFirst: first == 0, isRefinement: bits >> 4 > 0)
        else { return false }
        scans.append(
            Scan(
                components: components,
                band: first...last,
                isRefinement: bits >> 4 > 0,
                lowBit: bits & 15,
                codes: codes,
                restartInterval: tables.restartInterval,
                start: start
            )
        )
        return latchSteps(of: components)
    }

    /// At least one, in their order.
    private func components(_ body: ByteReader, count: Int) -> [Int]? {
        let ids = (0..<count).map { body.byte(at: 1 + 2 * $0) }
        let components = tables.components.indices.filter { ids.contains(tables.components[$0].id) }
        return !ids.isEmpty && components.map { tables.components[$0].id } == ids ? components : nil
    }

    /// §G.1.1.1: the first coefficients come first, and each bit but those of the first scan on its own.
    private mutating func refine(_ components: [Int], _ band: ClosedRange<Int>, from high: Int, to low: Int) -> Bool {
        guard low <= 13, high == 0 || low == high - 1 else { return false }
        for component in components {
            guard band.lowerBound == 0 || lowBits[component][0] != nil else { return false }
            for place in band {
                guard lowBits[component][place] == (high == 0 ? nil : high) else { return false }
                lowBits[component][place] = low
            }
        }
        return true
    }

    private func codes(_ body: ByteReader, of components: [Int], isFirst: Bool, isRefinement: Bool) -> [HuffmanTable]? {
        guard !isFirst || !isRefinement else { return [] }
        let codes = components.indices.compactMap { index in
            let numbers = body.byte(at: 2 + 2 * index) ?? 0
            return isFirst ? tables.dc(numbers >> 4) : tables.ac(numbers & 15)
        }
        return codes.count == components.count ? codes : nil
    }

    private mutating func latchSteps(of components: [Int]) -> Bool {
        for component in components where steps[component].isEmpty {
            guard let steps = tables.steps(of: tables.components[component]) else { return false }
            self.steps[component] = steps
        }
        return true
    }
}
