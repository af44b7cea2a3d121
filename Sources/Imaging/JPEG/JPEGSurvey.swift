/// Looks through the scans of a damaged JPEG for what can still be shown of it, without making pixels, and makes a file of it
/// that libjpeg decodes.
///
/// A unit of the picture is lost where anything that a scan tells of it is not there, or can only be guessed. Of many scans
/// each counts: a bit that is missing in one is little to see, but what comes behind it may be anything.
struct JPEGSurvey {
    /// The share of the units shown that may be lost, one in so many.
    private static let mostLost = 50

    private let upload: [UInt8]
    private let target: DecodingTarget
    /// What libjpeg says of the file.
    private let reason: String

    private var tables = JPEGTables()
    private var result: [UInt8] = []
    /// By unit, whether it is lost.
    private var lost: [Bool] = []
    /// Whether what is not lost is in its place.
    private var isSure = true
    /// Of a progressive JPEG, by component and block, the coefficients that are not zero.
    private var known: [[UInt64]] = []
    /// By component and place, the lowest bit that is known; nothing before the first scan.
    private var lowBits: [[Int?]] = []

    init(of upload: [UInt8], _ target: DecodingTarget, reason: String) {
        self.upload = upload
        self.target = target
        self.reason = reason
    }

    /// The same file with each restart in its place. Throws where the upload was cut off, or where more is lost than may be.
    mutating func repaired() throws(ImageError) -> [UInt8] {
        let file = ByteReader(upload)
        result.reserveCapacity(upload.count + 4 * RestartMatch.maxIntervals)
        var (copied, offset) = (0, 2)
        while !isComplete, let segment = ImageHeader.nextJPEGSegment(in: file, from: offset) {
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
        guard isComplete || ImageHeader.nextJPEGMarker(in: file, from: offset)?.marker == 0xD9 else { throw damage }
        try check()
        return result + [0xFF, 0xD9]
    }

    /// To be called when the frame header was read.
    private mutating func begin() throws(ImageError) {
        guard !tables.components.isEmpty, (tables.width, tables.height) == (target.header.width, target.header.height)
        else { throw damage }
        let units = tables.unitColumns * tables.unitRows
        lost = Array(repeating: false, count: units)
        lowBits = tables.components.map { _ in Array(repeating: nil, count: 64) }
        guard tables.isProgressive else { return }
        known = tables.components.map { Array(repeating: 0, count: units * $0.columns * $0.rows) }
    }

    /// Whether nothing that follows could add to the picture.
    private var isComplete: Bool { !lowBits.isEmpty && lowBits.allSatisfy { $0.allSatisfy { $0 == 0 } } }

    /// Takes what is there of a scan, and returns where it ends.
    private mutating func survey(_ scan: SurveyedScan, from start: Int) throws(ImageError) -> Int {
        let count = (scan.count + scan.interval - 1) / scan.interval
        guard count <= RestartMatch.maxIntervals, let (stretches, end) = stretches(from: start, count: count)
        else { throw damage }
        let match = RestartMatch(stretches, count: count)
        isSure = isSure && match.isSure
        for (number, place) in match.starts.enumerated() {
            if number.isMultiple(of: 256) { try target.limit.check() }
            if number > 0 { result += [0xFF, 0xD0 + UInt8((number - 1) % 8)] }
            let units = number * scan.interval..<min((number + 1) * scan.interval, scan.count)
            var first = units.lowerBound
            if let place = place.map(Int.init) {
                let bits = ScanBits(upload, from: place)
                first = try scan.firstLost(of: units, bits, &known, target.limit)
                let next = ByteReader(upload).nextMarker(from: place)
                result += upload[place..<(next.map { $0.end - 2 } ?? upload.count)]
            }
            scan.lose(first..<units.upperBound, &known)
            for unit in first..<units.upperBound { lost[scan.place(of: unit)] = true }
            // The file ends with the scan: too early, unless all of it is there.
            if end == nil, number == count - 1, first < units.upperBound { throw damage }
        }
        // Markers that were missing make it longer, in a hostile file without end.
        guard result.count <= upload.count + 2 * RestartMatch.maxIntervals else { throw damage }
        for component in scan.components {
            for place in scan.band { lowBits[component][place] = scan.lowBit }
        }
        return end ?? upload.count
    }

    /// Where bits begin at the start of the scan and behind each restart marker, and where another marker ends it; nothing
    /// where there are many more than should be.
    private func stretches(from start: Int, count: Int) -> (all: [RestartMatch.Stretch], end: Int?)? {
        let file = ByteReader(upload)
        var all = [RestartMatch.Stretch(start: Int32(clamping: start), number: 0)]
        var offset = start
        while let (marker, end) = file.nextMarker(from: offset) {
            offset = end
            switch marker {
            // Reserved, and never in an undamaged scan: libjpeg goes over it to the next restart.
            case ..<0xC0: continue
            case 0xD0...0xD7:
                all.append(RestartMatch.Stretch(start: Int32(clamping: end), number: UInt8(marker - 0xD0)))
                guard all.count <= count + count / Self.mostLost + 8 else { return nil }
            default: return (all, end - 2)
            }
        }
        return (all, nil)
    }

    private func check() throws(ImageError) {
        let (width, height) = (8 * tables.mostColumns, 8 * tables.mostRows)
        let columns = units(target.square.columns, width)
        let rows = units(target.square.rows, height)
        let missing = rows.reduce(0) { sum, row in
            sum + columns.count { lost[row * tables.unitColumns + $0] }
        }
        let shown = rows.count * columns.count
        guard missing * Self.mostLost > shown else {
            guard isSure else { throw .corrupt(.jpeg, reason: "\(reason); its restarts do not tell what is missing") }
            return
        }
        // Rounded up, so that it never looks like what may be.
        let tenths = (missing * 1000 + shown - 1) / shown
        let share = "\(tenths / 10).\(tenths % 10) % of the blocks shown are lost, \(100 / Self.mostLost) % may be"
        throw .corrupt(.jpeg, reason: "\(reason); \(share)")
    }

    private func units(_ pixels: Range<Int>, _ size: Int) -> Range<Int> {
        pixels.lowerBound / size..<(pixels.upperBound - 1) / size + 1
    }

    private var damage: ImageError { .corrupt(.jpeg, reason: reason) }
}
