/// Where the decoding of a scan of a progressive JPEG stands.
struct ScanState {
    var bits: ScanBits
    /// How many blocks from here on have nothing new in the scan's band.
    var run = 0
    /// By component of the scan.
    private var predicted = SIMD4<Int32>.zero
    private var restarts: RestartInterval

    init(_ scan: ProgressiveJPEG.Scan, of upload: [UInt8]) {
        bits = ScanBits(upload, from: scan.start)
        restarts = RestartInterval(scan.restartInterval)
    }

    /// Between two restarts.
    init(_ bits: ScanBits) {
        self.bits = bits
        restarts = RestartInterval(0)
    }

    /// To be called before each unit; says false where a restart is missing.
    @inline(__always) mutating func begin() -> Bool {
        guard !restarts.isOver || restart() else { return false }
        restarts.count()
        return true
    }

    private mutating func restart() -> Bool {
        (run, predicted) = (0, .zero)
        return restarts.restart(&bits)
    }

    /// What the scan tells of the first coefficient of the component's next block (ITU-T T.81 §G.1.2.1); nothing where no
    /// code comes, or where libjpeg cannot count so far.
    mutating func first(_ component: Int, _ scan: borrowing ProgressiveJPEG.Scan) -> Int? {
        guard !scan.isRefinement else { return Int(truncatingIfNeeded: bits.bits(1)) &<< scan.lowBit }
        guard let difference = bits.number(scan.codes[component]) else { return nil }
        let (sum, overflow) = predicted[component].addingReportingOverflow(Int32(truncatingIfNeeded: difference))
        predicted[component] = sum
        return overflow ? nil : Int(Int16(truncatingIfNeeded: sum &<< Int32(scan.lowBit)))
    }
}
