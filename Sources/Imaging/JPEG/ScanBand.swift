/// What a scan of a progressive JPEG tells of the blocks of one component, but of their first coefficients.
struct ScanBand {
    let places: ClosedRange<Int>
    /// A bit for each of the places.
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
