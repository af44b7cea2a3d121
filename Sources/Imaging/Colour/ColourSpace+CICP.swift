import CImaging

/// The code points of ITU-T H.273 that AVIF, HEIF and PNG give.
struct CodePoints {
    fileprivate let primaries: avifColorPrimaries
    fileprivate let transfer: avifTransferCharacteristics
    /// Whether black is 16 and white 235 of 255. AVIF and HEIF say so too, but their decoders have done with it.
    fileprivate let isNarrow: Bool

    init(primaries: avifColorPrimaries, transfer: avifTransferCharacteristics) {
        self.primaries = primaries
        self.transfer = transfer
        isNarrow = false
    }

    /// Reads the content of a cICP chunk: PNG (third edition) §11.3.2.6.
    ///
    /// Nothing where it does not tell how to show the pixels, so that other chunks must: if a number says that it is
    /// unspecified or is reserved, or if the matrix is not that of R, G and B.
    init?(png chunk: ByteReader) {
        let bytes = chunk.all
        guard bytes.count == 4, bytes[0] == 1 || 4...12 ~= bytes[0] || bytes[0] == 22 else { return nil }
        guard bytes[1] == 1 || 4...18 ~= bytes[1], bytes[2] == 0, bytes[3] <= 1 else { return nil }
        primaries = avifColorPrimaries(bytes[0])
        transfer = avifTransferCharacteristics(bytes[1])
        isNarrow = bytes[3] == 0
    }
}

extension ColourSpace {
    /// Nothing where the code points mean sRGB, or do not say.
    ///
    /// The curves of cameras, as in BT.709, count as that of sRGB: browsers, too, show such pictures so.
    init?(_ points: CodePoints) {
        let plain: ToneCurve =
            switch Int(points.transfer) {
            case AVIF_TRANSFER_CHARACTERISTICS_BT470M: .power(2.2)
            case AVIF_TRANSFER_CHARACTERISTICS_BT470BG: .power(2.8)
            case AVIF_TRANSFER_CHARACTERISTICS_LINEAR: .power(1)
            case AVIF_TRANSFER_CHARACTERISTICS_SMPTE2084: .pq
            case AVIF_TRANSFER_CHARACTERISTICS_HLG: .hlg
            default: .sRGB
            }
        let curve = points.isNarrow ? ToneCurve.narrow(plain) : plain
        let known = [
            AVIF_COLOR_PRIMARIES_BT470M, AVIF_COLOR_PRIMARIES_BT470BG, AVIF_COLOR_PRIMARIES_BT601,
            AVIF_COLOR_PRIMARIES_SMPTE240, AVIF_COLOR_PRIMARIES_GENERIC_FILM, AVIF_COLOR_PRIMARIES_BT2020,
            AVIF_COLOR_PRIMARIES_SMPTE431, AVIF_COLOR_PRIMARIES_SMPTE432, AVIF_COLOR_PRIMARIES_EBU3213,
        ]
        guard known.contains(Int(points.primaries)) else {
            guard curve != .sRGB else { return nil }
            self = .curve(curve, chromaticities: Self.sRGBChromaticities)
            return
        }
        var values = [Float](repeating: 0, count: 8)
        unsafe avifColorPrimariesGetValues(points.primaries, &values)
        // libavif's order is red, green, blue, white.
        self = .curve(curve, chromaticities: (values[6...] + values[..<6]).map(Double.init))
    }
}
