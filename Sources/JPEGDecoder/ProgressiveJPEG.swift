package import Bytes

/// The scans of a progressive JPEG (ITU-T T.81 annex G). Each scan adds detail; together they contain all bits of all
/// coefficients.
package struct ProgressiveJPEG {
    struct Scan {
        /// The indices of the scan's components, in ascending order.
        let components: [Int]
        /// The coefficients of the scan, as places in zigzag order.
        let band: ClosedRange<Int>
        /// Whether the scan adds one bit to coefficients that are already known.
        let isRefinement: Bool
        /// The lowest bit of the coefficients that is known after the scan.
        let lowBit: Int
        /// One table for each component; empty if the scan refines DC coefficients.
        let codes: [HuffmanTable]
        let restartInterval: Int
        let start: Int
    }

    /// Real files have about ten scans.
    package static let maxScans = 100

    private(set) var tables = JPEGTables()
    private(set) var scans: [Scan] = []
    /// The quantization steps of each component, in zigzag order: the table at the start of its first scan, as in
    /// libjpeg.
    private(set) var steps: [[Float]] = []
    /// By component and coefficient, the lowest bit that is known; nil before the first scan.
    private var lowBits: [[Int?]] = []

    /// Whether our own decoder decodes this progressive file at a reduced size.
    package static func accepts(_ file: ByteReader) -> Bool { ProgressiveJPEG(file) != nil }

    init?(_ file: ByteReader) {
        var offset = 2
        while let segment = file.nextJPEGSegment(from: offset) {
            offset = segment.end
            if segment.marker == 0xDA {
                guard scans.count < Self.maxScans, readScan(segment.body, start: offset) else { return nil }
            } else {
                guard tables.read(segment.marker, segment.body, frames: 0xC2...0xC2) else { return nil }
            }
        }
        // If a coefficient lacks its last bits, libjpeg smooths the edges between blocks, and this decoder does not.
        guard !scans.isEmpty, tables.isUsual, lowBits.allSatisfy({ $0.allSatisfy { $0 == 0 } }),
            file.nextJPEGMarker(from: offset)?.marker == 0xD9
        else { return nil }
    }

    /// Scan header: §B.2.3. Returns false if our own decoder cannot decode the scan.
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

    /// The components of the scan; nil unless there is at least one and they have the order of the frame header.
    private func components(_ body: ByteReader, count: Int) -> [Int]? {
        let ids = (0..<count).map { body.byte(at: 1 + 2 * $0) }
        let components = tables.components.indices.filter { ids.contains(tables.components[$0].id) }
        return !ids.isEmpty && components.map { tables.components[$0].id } == ids ? components : nil
    }

    /// Checks the order of §G.1.1.1: DC before AC coefficients, and after the first scan of a coefficient one bit in
    /// each scan.
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
