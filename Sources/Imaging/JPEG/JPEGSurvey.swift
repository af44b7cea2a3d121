/// Looks through the scan of a damaged sequential JPEG for what can still be shown of it, without making pixels.
///
/// Some phones write a wrong number into each restart marker, or lose a few bytes. libjpeg goes by the numbers alone, and
/// drops nearly all of a picture whose markers are all in their places. Here the markers are counted, too: if there are
/// as many as there should be, their order is what counts.
struct JPEGSurvey {
    /// The share of the blocks shown that may be lost, one in so many.
    private static let mostLost = 50

    /// No file in good faith has more restarts in a scan.
    private static let maxRestarts = 1 << 16

    /// What it takes at most to remember where they are.
    static let restartBytes = 2 * maxRestarts * MemoryLayout<Stretch>.stride

    private struct Stretch {
        let start: UInt32
        let number: UInt8
    }

    private let picture: SequentialJPEG
    private let upload: [UInt8]
    private let units: Int
    /// How many units there are between two restarts.
    private let interval: Int

    /// By interval, where its bits begin; nothing where they are not there.
    private var starts: [Int?] = []
    /// Whether the file ends where its scan does, and whether that is too early.
    private var hasNoEnd = false
    private var isTruncated = false

    /// Of the units, those that are shown, and those of them that are lost.
    private var shown = 0
    private var lost = 0

    init(_ picture: SequentialJPEG, of upload: [UInt8], _ target: DecodingTarget) throws(ImageError) {
        self.picture = picture
        self.upload = upload
        units = picture.tables.unitColumns * picture.tables.unitRows
        interval = picture.tables.restartInterval > 0 ? picture.tables.restartInterval : units
        findIntervals()
        for number in starts.indices {
            try target.limit.check()
            count(number, target.square)
        }
    }

    /// Throws where the upload was cut off, or where more is lost than may be; `reason` is what libjpeg says.
    func check(_ reason: String) throws(ImageError) {
        guard !isTruncated, shown > 0 else { throw .corrupt(.jpeg, reason: reason) }
        guard lost * Self.mostLost > shown else { return }
        // Rounded up, so that it never looks like what may be.
        let tenths = (lost * 1000 + shown - 1) / shown
        let share = "\(tenths / 10).\(tenths % 10) % of the blocks shown are lost, \(100 / Self.mostLost) % may be"
        throw .corrupt(.jpeg, reason: "\(reason); \(share)")
    }

    /// The same file with each restart in its place, for libjpeg.
    func repaired() -> [UInt8] {
        let file = ByteReader(upload)
        var result = Array(upload[..<picture.scanStart])
        result.reserveCapacity(upload.count + 2 * starts.count)
        for (number, start) in starts.enumerated() {
            if number > 0 { result += [0xFF, 0xD0 + UInt8((number - 1) % 8)] }
            guard let start else { continue }
            let end = file.nextMarker(from: start).map { $0.end - 2 } ?? upload.count
            result += upload[start..<end]
        }
        return result + [0xFF, 0xD9]
    }

    /// Matches the stretches between the markers with the intervals that there should be.
    private mutating func findIntervals() {
        let (stretches, hasEnd) = stretches
        let count = (units + interval - 1) / interval
        var next = 0
        for (index, stretch) in stretches.enumerated() where next < count {
            // As libjpeg does, it goes by a number that is one or two off; but not where the markers are all there.
            let missing = count - next - (stretches.count - index)
            let ahead = stretch.number.map { ($0 - (next - 1)) & 7 } ?? 0
            if missing > 0, 1...min(missing, 2) ~= ahead {
                starts += Array(repeating: nil, count: ahead)
                next += ahead
            }
            if missing < 0, 6...7 ~= ahead { continue }
            starts.append(stretch.start)
            next += 1
        }
        starts += Array(repeating: nil, count: count - next)
        hasNoEnd = !hasEnd
    }

    /// Where bits begin at the start of the scan and behind each restart marker, with the marker's number.
    private var stretches: (all: [(start: Int, number: Int?)], hasEnd: Bool) {
        let file = ByteReader(upload)
        var all: [(start: Int, number: Int?)] = [(picture.scanStart, nil)]
        var offset = picture.scanStart
        while let (marker, end) = file.nextMarker(from: offset) {
            offset = end
            switch marker {
            // Reserved, and never in an undamaged scan: libjpeg goes over it to the next restart.
            case ..<0xC0: continue
            case 0xD0...0xD7: all.append((end, marker - 0xD0))
            default: return (all, true)
            }
        }
        return (all, false)
    }

    /// Decodes an interval, and counts what is not there.
    private mutating func count(_ number: Int, _ square: PixelRect) {
        let range = number * interval..<min((number + 1) * interval, units)
        let whole = starts[number].map { wholeUnits(from: $0, atMost: range.count) } ?? 0
        for unit in range where isShown(unit, square) {
            shown += 1
            if unit - range.lowerBound >= whole { lost += 1 }
        }
        if hasNoEnd, number == starts.count - 1, whole < range.count { isTruncated = true }
    }

    private func wholeUnits(from start: Int, atMost count: Int) -> Int {
        var bits = ScanBits(upload, from: start)
        for unit in 0..<count {
            for component in picture.components {
                for _ in 0..<component.size.columns * component.size.rows {
                    guard bits.number(component.dc) != nil, bits.coefficients(component.ac, { _, _ in }) else {
                        return unit
                    }
                }
            }
            guard !bits.isExhausted else { return unit }
        }
        return count
    }

    private func isShown(_ unit: Int, _ square: PixelRect) -> Bool {
        let first = picture.tables.components[0]
        let (width, height) = (8 * first.columns, 8 * first.rows)
        let (x, y) = (unit % picture.tables.unitColumns * width, unit / picture.tables.unitColumns * height)
        return square.columns.overlaps(x..<x + width) && square.rows.overlaps(y..<y + height)
    }
}
