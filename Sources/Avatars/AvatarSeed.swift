import Imaging

/// What makes two users' pictures differ: numbers drawn from a text, the same in every process and for all time.
package struct AvatarSeed: Sendable {
    private var state: UInt64

    /// - Parameter text: what names the user. It cannot be had back from the picture.
    package init(_ text: String) {
        // FNV-1a, whose numbers SplitMix64 spreads; Swift's own hash differs from process to process.
        state = text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// The next number below `bound`.
    mutating func next(below bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return Int(mixed.multipliedFullWidth(by: UInt64(bound)).high)
    }

    mutating func nextColour() -> RGBColour {
        Palette.colours[next(below: Palette.colours.count)]
    }
}
