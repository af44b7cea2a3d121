/// Counts the units of a scan up to its restart markers (ITU-T T.81 §E.2.4): one after every interval but the last,
/// numbered from 0 to 7 again and again.
struct RestartInterval {
    private let length: Int
    private var left: Int
    private var restarts: UInt8 = 0

    /// No restarts where `length` is 0.
    init(_ length: Int) {
        self.length = length
        left = length
    }

    /// To be asked before each unit.
    var isOver: Bool { left == 0 && length > 0 }

    /// To be called after each unit.
    mutating func count() {
        left &-= 1
    }

    /// Goes over the marker, and says false where it does not come.
    mutating func restart(_ bits: inout ScanBits) -> Bool {
        guard bits.pass(0xD0 + restarts % 8) else { return false }
        restarts &+= 1
        left = length
        return true
    }
}
