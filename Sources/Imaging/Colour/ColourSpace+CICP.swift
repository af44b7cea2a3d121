import CImaging

extension ColourSpace {
    /// The code points of ITU-T H.273, as AVIF and HEIF give them where there is no profile; nothing where they mean
    /// sRGB, or do not say.
    ///
    /// The curves of cameras, as in BT.709, count as that of sRGB: browsers, too, show such pictures so.
    init?(primaries: avifColorPrimaries, transfer: avifTransferCharacteristics) {
        let curve: ToneCurve =
            switch Int(transfer) {
            case AVIF_TRANSFER_CHARACTERISTICS_BT470M: .power(2.2)
            case AVIF_TRANSFER_CHARACTERISTICS_BT470BG: .power(2.8)
            case AVIF_TRANSFER_CHARACTERISTICS_LINEAR: .power(1)
            case AVIF_TRANSFER_CHARACTERISTICS_SMPTE2084: .pq
            case AVIF_TRANSFER_CHARACTERISTICS_HLG: .hlg
            default: .sRGB
            }
        let known = [
            AVIF_COLOR_PRIMARIES_BT470M, AVIF_COLOR_PRIMARIES_BT470BG, AVIF_COLOR_PRIMARIES_BT601,
            AVIF_COLOR_PRIMARIES_SMPTE240, AVIF_COLOR_PRIMARIES_GENERIC_FILM, AVIF_COLOR_PRIMARIES_BT2020,
            AVIF_COLOR_PRIMARIES_SMPTE431, AVIF_COLOR_PRIMARIES_SMPTE432, AVIF_COLOR_PRIMARIES_EBU3213,
        ]
        guard known.contains(Int(primaries)) else {
            guard curve != .sRGB else { return nil }
            self = .curve(curve, chromaticities: Self.sRGBChromaticities)
            return
        }
        var values = [Float](repeating: 0, count: 8)
        unsafe avifColorPrimariesGetValues(primaries, &values)
        // libavif's order is red, green, blue, white.
        self = .curve(curve, chromaticities: (values[6...] + values[..<6]).map(Double.init))
    }
}
