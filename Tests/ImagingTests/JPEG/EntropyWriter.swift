/// Writes the blocks of a scan of a JPEG (ITU-T T.81 annexes F and G), with simple codes instead of short ones.
struct EntropyWriter {
    /// 16 codes of 5 bits.
    static let dcTable: [UInt8] = [0] + (1...16).map { $0 == 5 ? 16 : 0 } + Array(0...15)

    /// 128 codes of 8 bits, and 128 of 9; codes that end many blocks are for progressive files only.
    static func acTable(isProgressive: Bool) -> [UInt8] {
        let symbols: [UInt8] = (0...255).map { isProgressive || $0 & 15 > 0 || $0 == 0xF0 ? $0 : 0 }
        return [0x10] + (1...16).map { 8...9 ~= $0 ? 128 : 0 } + symbols
    }

    /// Whether consecutive ended blocks are counted in one code, as in progressive files.
    let joinsEnds: Bool
    private var bytes: [UInt8] = []
    private var bits = ""
    private var last: [Int: Int] = [:]
    private var ends = 0
    /// The correction bits of the blocks that `ends` counts.
    private var corrections = ""
    private var restarts: UInt8 = 0

    init(joinsEnds: Bool) { self.joinsEnds = joinsEnds }

    mutating func write(_ block: [Int], _ scan: CoefficientJPEG.Scan, component: Int) {
        if scan.band.lowerBound == 0 { writeFirst(block[0], scan, component: component) }
        guard scan.band.upperBound > 0 else { return }
        let band = max(scan.band.lowerBound, 1)...scan.band.upperBound
        if scan.high == 0 { write(block, band, low: scan.low) } else { refine(block, band, low: scan.low) }
    }

    mutating func restart() {
        endBlocks()
        bytes += FlatJPEG.stuffed(bits) + [0xFF, 0xD0 + restarts % 8]
        restarts &+= 1
        (bits, last) = ("", [:])
    }

    mutating func finished() -> [UInt8] {
        endBlocks()
        return bytes + FlatJPEG.stuffed(bits)
    }

    private mutating func writeFirst(_ value: Int, _ scan: CoefficientJPEG.Scan, component: Int) {
        guard scan.high == 0 else {
            bits += Self.digits(value >> scan.low & 1, 1)
            return
        }
        let difference = (value >> scan.low) - last[component, default: 0]
        last[component] = value >> scan.low
        let size = Self.size(abs(difference))
        bits += Self.digits(size, 5) + Self.number(difference, size)
    }

    private mutating func write(_ block: [Int], _ band: ClosedRange<Int>, low: Int) {
        var run = 0
        for place in band {
            let value = block[place].signum() * (abs(block[place]) >> low)
            guard value != 0 else {
                run += 1
                continue
            }
            endBlocks()
            while run > 15 {
                symbol(0xF0)
                run -= 16
            }
            let size = Self.size(abs(value))
            symbol(run << 4 | size)
            bits += Self.number(value, size)
            run = 0
        }
        if run > 0 { endBlock() }
    }

    private mutating func refine(_ block: [Int], _ band: ClosedRange<Int>, low: Int) {
        let values = block.map { abs($0) >> low }
        let lastNew = band.last { values[$0] == 1 } ?? 0
        var run = 0
        var corrected = ""
        for place in band {
            guard values[place] != 0 else {
                run += 1
                continue
            }
            while run > 15, place <= lastNew {
                endBlocks()
                symbol(0xF0)
                bits += corrected
                (run, corrected) = (run - 16, "")
            }
            guard values[place] == 1 else {
                corrected += Self.digits(values[place] & 1, 1)
                continue
            }
            endBlocks()
            symbol(run << 4 | 1)
            bits += (block[place] < 0 ? "0" : "1") + corrected
            (run, corrected) = (0, "")
        }
        guard run > 0 || !corrected.isEmpty else { return }
        corrections += corrected
        endBlock()
    }

    private mutating func endBlock() {
        ends += 1
        if !joinsEnds || ends == 0x7FFF { endBlocks() }
    }

    private mutating func endBlocks() {
        guard ends > 0 else { return }
        let size = Self.size(ends) - 1
        symbol(size << 4)
        bits += Self.digits(ends - 1 << size, size) + corrections
        (ends, corrections) = (0, "")
    }

    private mutating func symbol(_ value: Int) {
        bits += value < 128 ? Self.digits(value, 8) : Self.digits(value + 128, 9)
    }

    private static func size(_ value: Int) -> Int { Int.bitWidth - value.leadingZeroBitCount }

    private static func number(_ value: Int, _ size: Int) -> String {
        digits(value < 0 ? value + (1 << size) - 1 : value, size)
    }

    private static func digits(_ value: Int, _ count: Int) -> String {
        guard count > 0 else { return "" }
        let text = String(value, radix: 2)
        return String(repeating: "0", count: count - text.count) + text
    }
}
