/// The state of a block of a progressive JPEG from one scan to the next.
///
/// It does not keep the coefficients, but only the facts that later scans need: which are nonzero, and their signs.
/// Each coefficient is added to the means as soon as it is read.
struct ProgressiveBlock<Means: ReducedMeans> {
    private(set) var means: Means
    /// A bit for each nonzero AC coefficient, in zigzag order.
    private(set) var known: UInt64
    /// A bit for each negative AC coefficient, in zigzag order.
    private(set) var negative: UInt64

    @inline(__always) init(means: Means, known: UInt64, negative: UInt64) {
        self.means = means
        self.known = known
        self.negative = negative
    }

    /// Reads the first scan of a band (ITU-T T.81 §G.1.2.2); returns false if the bits are not a code.
    @inline(__always)
    mutating func read(_ band: ScanBand, _ weights: Span<Means>, _ state: inout ScanState) -> Bool {
        guard state.run == 0 else {
            state.run &-= 1
            return true
        }
        var place = band.places.lowerBound
        while place <= band.places.upperBound {
            state.bits.fill()
            guard let entry = state.bits.entry(band.codes) else { return false }
            let word = state.bits.word
            state.bits.drop(entry.length)
            guard !entry.endsBlock else {
                state.run = entry.blocks(in: word) &- 1
                return true
            }
            place &+= entry.places
            // As in libjpeg: a place after the end of the block counts as the last place, and a damaged number keeps 16
            // bits.
            let value = Int16(truncatingIfNeeded: entry.number(in: word) &<< band.lowBit)
            if value != 0 { set(min(place &- 1, 63), Int(value), weights) }
        }
        return true
    }

    /// Reads one more bit of a band (§G.1.2.3); returns false if the bits are not a code, or not a code of a
    /// refinement.
    @inline(__always)
    mutating func refine(_ band: ScanBand, _ weights: Span<Means>, _ state: inout ScanState) -> Bool {
        let refined = known & band.mask
        var corrections = Corrections()
        var zeros = ~known & band.mask
        var place = band.places.lowerBound
        while state.run == 0, place <= band.places.upperBound {
            state.bits.fill()
            guard let entry = state.bits.entry(band.codes) else { return false }
            let word = state.bits.word
            state.bits.drop(entry.length)
            guard !entry.endsBlock else {
                state.run = entry.blocks(in: word)
                break
            }
            guard entry.size <= 1 else { return false }
            let skipped = entry.places &- 1
            zeros.dropLowest(skipped)
            let value = entry.number(in: word) &<< band.lowBit
            if zeros != 0 {
                let zero = zeros.trailingZeroBitCount
                zeros &= zeros &- 1
                // Each skipped nonzero coefficient reads one correction bit.
                corrections.read(zero &- place &- skipped, &state.bits)
                if value != 0 { set(zero, value, weights) }
                place = zero &+ 1
            } else {
                // If no zero is left in the band, libjpeg sets the coefficient after the band.
                corrections.read((refined >> place).nonzeroBitCount, &state.bits)
                place = band.places.upperBound + 1
                if value != 0 { set(min(place, 63), value, weights) }
            }
        }
        if state.run > 0 {
            corrections.read((refined >> place).nonzeroBitCount, &state.bits)
            state.run &-= 1
        }
        correct(refined, corrections.fromTop, by: 1 &<< band.lowBit, weights)
        return true
    }

    /// Sets a coefficient that was zero.
    @inline(__always) private mutating func set(_ place: Int, _ value: Int, _ weights: Span<Means>) {
        let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: place)
        known |= bit
        negative = value < 0 ? negative | bit : negative & ~bit
        unsafe means.add(weights[unchecked: place], times: Float(value))
    }

    /// Moves coefficients away from zero by `step`: those of `places` whose bit in `corrections` is 1, in the same
    /// order, from the top bit on.
    @inline(__always)
    private mutating func correct(_ places: UInt64, _ corrections: UInt64, by step: Int, _ weights: Span<Means>) {
        var (places, corrections) = (places, corrections)
        while corrections != 0 {
            let place = places.trailingZeroBitCount
            // Without branches, because the processor cannot predict these bits.
            let sign = 0 &- Int(truncatingIfNeeded: negative &>> UInt64(truncatingIfNeeded: place) & 1)
            let value = (Int(truncatingIfNeeded: corrections &>> 63) &* step ^ sign) &- sign
            unsafe means.add(weights[unchecked: place], times: Float(value))
            places &= places &- 1
            corrections &<<= 1
        }
    }
}

/// The correction bits of a block: one for each coefficient that was nonzero before the scan.
private struct Corrections {
    private var bits: UInt64 = 0
    private var count: UInt64 = 0

    @inline(__always) mutating func read(_ count: Int, _ scan: inout ScanBits) {
        var rest = UInt64(truncatingIfNeeded: count)
        self.count &+= rest
        if rest > 32 {
            bits = bits &<< 32 | scan.bits(32)
            rest &-= 32
        }
        bits = bits &<< rest | scan.bits(rest)
    }

    @inline(__always) var fromTop: UInt64 { count == 0 ? 0 : bits &<< (64 &- count) }
}

extension UInt64 {
    /// Clears the `count` lowest bits that are set.
    @inline(__always) fileprivate mutating func dropLowest(_ count: Int) {
        // The first three without a branch, because one to three are as likely as zero.
        for step in 0..<3 { self = step < count ? self & (self &- 1) : self }
        guard count > 3 else { return }
        for _ in 3..<count { self &= self &- 1 }
    }
}

/// A band of AC coefficients of one component, as a scan of a progressive JPEG codes it.
struct ScanBand {
    let places: ClosedRange<Int>
    /// A bit for each place of the band.
    let mask: UInt64
    let lowBit: Int
    let codes: HuffmanTable

    init(_ scan: ProgressiveJPEG.Scan) {
        places = scan.band
        mask = (UInt64.max << UInt64(scan.band.lowerBound)) & (UInt64.max >> UInt64(63 - scan.band.upperBound))
        lowBit = scan.lowBit
        codes = scan.codes[0]
    }
}

/// The state of decoding a scan of a progressive JPEG.
struct ScanState {
    var bits: ScanBits
    /// The end-of-band run: how many of the next blocks have no new bits in the scan's band.
    var run = 0
    /// The DC predictions, by component of the scan.
    private var predicted = SIMD4<Int32>.zero
    private var restarts: RestartInterval

    init(_ scan: ProgressiveJPEG.Scan, of upload: [UInt8]) {
        bits = ScanBits(upload, from: scan.start)
        restarts = RestartInterval(scan.restartInterval)
    }

    /// For a single restart interval: no restart markers are expected.
    init(_ bits: ScanBits) {
        self.bits = bits
        restarts = RestartInterval(0)
    }

    /// To be called before each MCU; returns false if a restart marker is missing.
    @inline(__always) mutating func begin() -> Bool {
        guard !restarts.isOver || restart() else { return false }
        restarts.count()
        return true
    }

    private mutating func restart() -> Bool {
        (run, predicted) = (0, .zero)
        return restarts.restart(&bits)
    }

    /// Reads the DC coefficient of the component's next block (ITU-T T.81 §G.1.2.1); nil if the bits are not a code, or
    /// if the prediction exceeds 32 bits, as in libjpeg.
    mutating func first(_ component: Int, _ scan: borrowing ProgressiveJPEG.Scan) -> Int? {
        guard !scan.isRefinement else { return Int(truncatingIfNeeded: bits.bits(1)) &<< scan.lowBit }
        guard let difference = bits.number(scan.codes[component]) else { return nil }
        let (sum, overflow) = predicted[component].addingReportingOverflow(Int32(truncatingIfNeeded: difference))
        predicted[component] = sum
        return overflow ? nil : Int(Int16(truncatingIfNeeded: sum &<< Int32(scan.lowBit)))
    }
}
