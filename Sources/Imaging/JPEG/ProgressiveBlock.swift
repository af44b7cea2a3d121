/// What is held of a block of a progressive JPEG from one scan to the next.
///
/// Of the coefficients themselves nothing is kept but what later scans ask for: which are not zero, and their signs. What
/// they give to the means is added as soon as it is read.
struct ProgressiveBlock<Means: ReducedMeans> {
    private(set) var means: Means
    /// A bit for each coefficient but the first that is not zero, by its place in the order of the file.
    private(set) var known: UInt64
    /// A bit for each of them that is below zero.
    private(set) var negative: UInt64

    @inline(__always) init(means: Means, known: UInt64, negative: UInt64) {
        self.means = means
        self.known = known
        self.negative = negative
    }

    /// Reads the first of what is told of a band (ITU-T T.81 §G.1.2.2); says false where no code comes.
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
            // One behind the block's end libjpeg takes for the last, and of a damaged number no more than 16 bits.
            let value = Int16(truncatingIfNeeded: entry.number(in: word) &<< band.lowBit)
            if value != 0 { set(min(place &- 1, 63), Int(value), weights) }
        }
        return true
    }

    /// Reads one more bit of a band (§G.1.2.3); says false where no code comes, or one that means nothing.
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
                // Whatever is passed and no zero is corrected.
                corrections.read(zero &- place &- skipped, &state.bits)
                if value != 0 { set(zero, value, weights) }
                place = zero &+ 1
            } else {
                // libjpeg sets what comes behind the band.
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

    /// Adds a coefficient that was zero.
    @inline(__always) private mutating func set(_ place: Int, _ value: Int, _ weights: Span<Means>) {
        let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: place)
        known |= bit
        negative = value < 0 ? negative | bit : negative & ~bit
        unsafe means.add(weights[unchecked: place], times: Float(value))
    }

    /// Takes those of `places` that have a bit in `corrections`, in their order, further from zero by `step`.
    @inline(__always)
    private mutating func correct(_ places: UInt64, _ corrections: UInt64, by step: Int, _ weights: Span<Means>) {
        var (places, corrections) = (places, corrections)
        while corrections != 0 {
            let place = places.trailingZeroBitCount
            // Without a branch on what is as likely as not.
            let sign = 0 &- Int(truncatingIfNeeded: negative &>> UInt64(truncatingIfNeeded: place) & 1)
            let value = (Int(truncatingIfNeeded: corrections &>> 63) &* step ^ sign) &- sign
            unsafe means.add(weights[unchecked: place], times: Float(value))
            places &= places &- 1
            corrections &<<= 1
        }
    }
}

/// A bit for each coefficient of a block that was not zero before a scan.
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
    /// Drops the lowest of the bits that are set.
    @inline(__always) fileprivate mutating func dropLowest(_ count: Int) {
        // The first few without a branch, as few are as likely as none.
        for step in 0..<3 { self = step < count ? self & (self &- 1) : self }
        guard count > 3 else { return }
        for _ in 3..<count { self &= self &- 1 }
    }
}
