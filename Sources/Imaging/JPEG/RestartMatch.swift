/// Matches the stretches of bits that lie between the restart markers of a damaged scan with the intervals that there
/// should be.
///
/// Some phones write a wrong number into each marker. libjpeg goes by the numbers alone, and drops nearly all of a picture
/// whose markers are all in their places. Here the markers are counted, too: if there are as many as there should be,
/// their order is what counts. If some are missing, the numbers tell which: up to a multiple of 8, as they begin again.
struct RestartMatch {
    /// What begins behind a marker, and the marker's number.
    struct Stretch {
        let start: Int32
        let number: UInt8
    }

    /// No file in good faith has more intervals in a scan.
    static let maxIntervals = 1 << 16

    /// What the places of all of them take, in bytes.
    static let mostBytes = 4 * maxIntervals * MemoryLayout<Stretch>.stride

    /// One of so many markers may have a wrong number where others are missing.
    private static let mostWrong = 50

    /// By interval, where its bits begin; nothing where they are not there.
    private(set) var starts: [Int32?] = []

    /// Whether the numbers tell which intervals are missing: else what comes behind might be shown in another's place.
    private(set) var isSure = true

    private let count: Int
    private let stretches: [Stretch]

    /// The first of the stretches begins with the scan, and its number does not count. There should be `count` of them.
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
            // Where the next marker is as if there were no gap, it is this number alone that is wrong.
            if ahead > 0, missing < 0, following.map({ (Int($0) + 1 - next) & 7 == 0 }) ?? true { continue }
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

    /// Decides where a multiple of 8 is missing, which no number tells: where something is missing anyway, if that is
    /// in one place only.
    private mutating func place(_ last: Int, _ gaps: [Int]) -> Bool {
        guard let gap = gaps.first else { return !last.isMultiple(of: 8) }
        guard gaps.count == 1, last.isMultiple(of: 8) else { return false }
        starts.removeLast(last)
        starts.insert(contentsOf: repeatElement(nil, count: last), at: gap)
        return true
    }
}
