/// What is held of a block of a progressive JPEG from one scan to the next.
///
/// Of the coefficients themselves nothing is kept but what later scans ask for: which are not zero, and their signs. What
/// they give to the means is added as soon as it is read.
struct ProgressiveBlock<Means: SIMD> where Means.Scalar == Float {
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
            set(place &- 1, entry.number(in: word) &<< band.lowBit, weights)
        }
        return true
    }

    /// Reads one more bit of a band (§G.1.2.3); says false where no code comes, or one that means nothing.
    @inline(__always)
    mutating func refine(_ band: ScanBand, _ weights: Span<Means>, _ state: inout ScanState) -> Bool {
        /// A bit for each place that is still to come.
        var left = band.mask
        while state.run == 0, left != 0 {
            state.bits.fill()
            guard let entry = state.bits.entry(band.codes) else { return false }
            let word = state.bits.word
            state.bits.drop(entry.length)
            guard !entry.endsBlock else {
                state.run = entry.blocks(in: word)
                break
            }
            guard entry.size <= 1 else { return false }
            var zeros = left & ~known
            for _ in 1..<entry.places { zeros &= zeros &- 1 }
            // The zero that is meant, and all places before it: where there is none, those that are left.
            let zero = zeros & (0 &- zeros)
            let passed = zero | (zero &- 1)
            correct(left & known & passed, by: 1 &<< band.lowBit, weights, &state.bits)
            left &= ~passed
            let place = zero == 0 ? band.places.upperBound + 1 : zero.trailingZeroBitCount
            set(place, entry.number(in: word) &<< band.lowBit, weights)
        }
        guard state.run > 0 else { return true }
        correct(left & known, by: 1 &<< band.lowBit, weights, &state.bits)
        state.run &-= 1
        return true
    }

    /// Adds a coefficient that was zero. One behind the block's end libjpeg takes for the last, and of damaged ones no more
    /// than 16 bits.
    @inline(__always) private mutating func set(_ place: Int, _ value: Int, _ weights: Span<Means>) {
        let value = Int16(truncatingIfNeeded: value)
        guard value != 0 else { return }
        let place = min(place, 63)
        let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: place)
        known |= bit
        negative = value < 0 ? negative | bit : negative & ~bit
        unsafe means += weights[unchecked: place] * Means(repeating: Float(value))
    }

    /// Reads a bit for each of `places`: whether the coefficient is further from zero by `step`.
    @inline(__always)
    private mutating func correct(_ places: UInt64, by step: Int, _ weights: Span<Means>, _ bits: inout ScanBits) {
        var left = places
        while left != 0 {
            let place = left.trailingZeroBitCount
            left &= left &- 1
            // Without a branch on what is as likely as not.
            let sign = 0 &- Int(truncatingIfNeeded: negative &>> UInt64(truncatingIfNeeded: place) & 1)
            let value = (Int(truncatingIfNeeded: bits.bit()) &* step ^ sign) &- sign
            unsafe means += weights[unchecked: place] * Means(repeating: Float(value))
        }
    }
}
