import Bytes

/// Finds out how much of a damaged JPEG can still be shown, without decoding pixels, and makes a file that libjpeg
/// decodes.
///
/// An MCU is lost if any of its data in any scan is missing or uncertain. Every scan counts: one missing bit is hardly
/// visible, but the bits after it may mean anything.
package struct JPEGSurvey {
    /// At most one in `mostLost` of the MCUs that are shown may be lost.
    private static let mostLost = 50

    private let upload: [UInt8]
    private let size: (width: Int, height: Int)
    private let shown: (columns: Range<Int>, rows: Range<Int>)
    private let mayContinue: () -> Bool
    /// The error that libjpeg reported for the file.
    private let reason: String

    private var tables = JPEGTables()
    private var result: [UInt8] = []
    /// For each MCU, whether it is lost.
    private var lost: [Bool] = []
    /// Whether all MCUs that are not lost are certainly in their place.
    private var isSure = true
    /// In a progressive JPEG, a bit for each nonzero coefficient, by component and block.
    private var known: [[UInt64]] = []
    /// By component and coefficient, the lowest bit that is known; nil before the first scan.
    private var lowBits: [[Int?]] = []

    /// - Parameters:
    ///   - size: the picture's size as its header says it, in pixels.
    ///   - shown: the part that is shown.
    ///   - reason: the error that libjpeg reported for the file.
    ///   - mayContinue: whether to go on; called regularly.
    package init(
        of upload: [UInt8],
        size: (width: Int, height: Int),
        shown: (columns: Range<Int>, rows: Range<Int>),
        reason: String,
        mayContinue: @escaping () -> Bool
    ) {
        self.upload = upload
        self.size = size
        self.shown = shown
        self.reason = reason
        self.mayContinue = mayContinue
    }

    /// The memory that the restart intervals of the survey take at most, in bytes.
    package static let mostBytes = RestartMatch.mostBytes

    /// Returns the same file with each restart interval in its place. Throws if the upload was cut off or if too many
    /// MCUs are lost.
    package mutating func repaired() throws(JPEGFailure) -> [UInt8] {
        let file = ByteReader(upload)
        result.reserveCapacity(upload.count + 4 * RestartMatch.maxIntervals)
        var (copied, offset) = (0, 2)
        while !isComplete, let segment = file.nextJPEGSegment(from: offset) {
            offset = segment.end
            guard segment.marker == 0xDA else {
                guard tables.read(segment.marker, segment.body, frames: 0xC0...0xC2) else { throw damage }
                continue
            }
            if lost.isEmpty { try begin() }
            guard let scan = SurveyedScan(segment.body, tables) else { throw damage }
            result += upload[copied..<offset]
            offset = try survey(scan, from: offset)
            copied = offset
        }
        guard isComplete || file.nextJPEGMarker(from: offset)?.marker == 0xD9 else { throw damage }
        try check()
        return result + [0xFF, 0xD9]
    }

    /// To be called after the frame header.
    private mutating func begin() throws(JPEGFailure) {
        guard !tables.components.isEmpty, (tables.width, tables.height) == size
        else { throw damage }
        let units = tables.unitColumns * tables.unitRows
        lost = Array(repeating: false, count: units)
        lowBits = tables.components.map { _ in Array(repeating: nil, count: 64) }
        guard tables.isProgressive else { return }
        known = tables.components.map { Array(repeating: 0, count: units * $0.columns * $0.rows) }
    }

    /// Whether all bits of all coefficients are known, so that later scans add nothing.
    private var isComplete: Bool { !lowBits.isEmpty && lowBits.allSatisfy { $0.allSatisfy { $0 == 0 } } }

    /// Checks a scan, copies its restart intervals to `result`, and returns the offset of its end.
    private mutating func survey(_ scan: SurveyedScan, from start: Int) throws(JPEGFailure) -> Int {
        let count = (scan.count + scan.interval - 1) / scan.interval
        guard count <= RestartMatch.maxIntervals, let (stretches, end) = stretches(from: start, count: count)
        else { throw damage }
        let match = RestartMatch(stretches, count: count)
        isSure = isSure && match.isSure
        for (number, place) in match.starts.enumerated() {
            guard !number.isMultiple(of: 256) || mayContinue() else { throw .stopped }
            if number > 0 { result += [0xFF, 0xD0 + UInt8((number - 1) % 8)] }
            let units = number * scan.interval..<min((number + 1) * scan.interval, scan.count)
            var first = units.lowerBound
            if let place = place.map(Int.init) {
                let bits = ScanBits(upload, from: place)
                first = try scan.firstLost(of: units, bits, &known, mayContinue)
                let next = ByteReader(upload).nextMarker(from: place)
                result += upload[place..<(next.map { $0.end - 2 } ?? upload.count)]
            }
            scan.lose(first..<units.upperBound, &known)
            for unit in first..<units.upperBound { lost[scan.place(of: unit)] = true }
            // The file ends inside this scan: it was cut off, unless the last interval is complete.
            if end == nil, number == count - 1, first < units.upperBound { throw damage }
        }
        // Inserted restart markers make the result longer; a hostile file could require them without end.
        guard result.count <= upload.count + 2 * RestartMatch.maxIntervals else { throw damage }
        for component in scan.components {
            for place in scan.band { lowBits[component][place] = scan.lowBit }
        }
        return end ?? upload.count
    }

    /// The offsets of the bits at the start of the scan and after each restart marker, and the offset of the marker
    /// that ends the scan; nil if there are many more restart markers than expected.
    private func stretches(from start: Int, count: Int) -> (all: [RestartMatch.Stretch], end: Int?)? {
        let file = ByteReader(upload)
        var all = [RestartMatch.Stretch(start: Int32(clamping: start), number: 0)]
        var offset = start
        while let (marker, end) = file.nextMarker(from: offset) {
            offset = end
            switch marker {
            // A reserved marker, which an undamaged scan never has: libjpeg skips the data from there to the next
            // restart.
            case ..<0xC0: continue
            case 0xD0...0xD7:
                all.append(RestartMatch.Stretch(start: Int32(clamping: end), number: UInt8(marker - 0xD0)))
                guard all.count <= count + count / Self.mostLost + 8 else { return nil }
            default: return (all, end - 2)
            }
        }
        return (all, nil)
    }

    private func check() throws(JPEGFailure) {
        let (width, height) = (8 * tables.mostColumns, 8 * tables.mostRows)
        let columns = units(shown.columns, width)
        let rows = units(shown.rows, height)
        let missing = rows.reduce(0) { sum, row in
            sum + columns.count { lost[row * tables.unitColumns + $0] }
        }
        let count = rows.count * columns.count
        guard missing * Self.mostLost > count else {
            guard isSure else { throw .damaged(reason: "\(reason); its restarts do not tell what is missing") }
            return
        }
        // Rounded up, so that the message never shows an allowed share.
        let tenths = (missing * 1000 + count - 1) / count
        let share = "\(tenths / 10).\(tenths % 10) % of the blocks shown are lost, \(100 / Self.mostLost) % may be"
        throw .damaged(reason: "\(reason); \(share)")
    }

    private func units(_ pixels: Range<Int>, _ size: Int) -> Range<Int> {
        pixels.lowerBound / size..<(pixels.upperBound - 1) / size + 1
    }

    private var damage: JPEGFailure { .damaged(reason: reason) }
}

/// Assigns the stretches of bits between the restart markers of a damaged scan to the restart intervals.
///
/// Some phones write a wrong number into each marker. libjpeg relies on the numbers alone, and drops nearly all of such
/// a picture although all its markers are in place. This code also counts the markers. If the count is right, only
/// their order matters. If markers are missing, the numbers show which ones, but only modulo 8, because the numbers
/// repeat.
struct RestartMatch {
    /// The offset of the bits after a restart marker, and the marker's number.
    struct Stretch {
        let start: Int32
        let number: UInt8
    }

    /// No honest file has more restart intervals in a scan.
    static let maxIntervals = 1 << 16

    /// The memory for the stretches and starts of that many intervals, in bytes.
    static let mostBytes = 4 * maxIntervals * MemoryLayout<Stretch>.stride

    /// If markers are missing, at most one in `mostWrong` of the others may have a wrong number.
    private static let mostWrong = 50

    /// For each interval, the offset of its bits; nil if they are missing.
    private(set) var starts: [Int32?] = []

    /// Whether the numbers show which intervals are missing. Otherwise intervals might be shown in a wrong place.
    private(set) var isSure = true

    private let count: Int
    private let stretches: [Stretch]

    /// The first stretch starts with the scan, and its number is ignored. A complete scan has `count` stretches.
    init(_ stretches: [Stretch], count: Int) {
        self.stretches = stretches
        self.count = count
        starts.reserveCapacity(count)
        if stretches.count == count { starts = stretches.map(\.start) } else { match() }
    }

    private mutating func match() {
        var wrong = 0
        var gaps: [Int] = []
        starts.append(stretches[0].start)
        for index in stretches.indices.dropFirst() where starts.count < count {
            let (number, next) = (stretches[index].number, starts.count)
            let missing = count - next - (stretches.count - index)
            let following = index + 1 < stretches.count ? stretches[index + 1].number : nil
            let ahead = (Int(number) + 1 - next) & 7
            // There are too many stretches. If the next one fits here, this one has a surplus marker and is dropped.
            if ahead > 0, missing < 0, following.map({ (Int($0) + 1 - next) & 7 == 0 }) ?? true { continue }
            // If the next marker has the expected number, only the number of this marker is wrong.
            let isAlone = following.map { (Int($0) - next) & 7 == 0 } ?? false
            let further = following.map { (Int($0) - Int(number) - 1) & 7 } ?? 0
            if ahead > 0, ahead + further <= missing, !isAlone {
                starts += repeatElement(nil, count: ahead)
                gaps.append(next)
            } else if ahead > 0 {
                wrong += 1
            }
            starts.append(stretches[index].start)
        }
        let last = count - starts.count
        starts += repeatElement(nil, count: last)
        isSure = wrong <= max(1, stretches.count / Self.mostWrong) && (last < 8 || place(last, gaps))
    }

    /// Places a multiple of 8 missing intervals, which the numbers do not show, in the only known gap. Returns false if
    /// their place is uncertain.
    private mutating func place(_ last: Int, _ gaps: [Int]) -> Bool {
        guard let gap = gaps.first else { return !last.isMultiple(of: 8) }
        guard gaps.count == 1, last.isMultiple(of: 8) else { return false }
        starts.removeLast(last)
        starts.insert(contentsOf: repeatElement(nil, count: last), at: gap)
        return true
    }
}
