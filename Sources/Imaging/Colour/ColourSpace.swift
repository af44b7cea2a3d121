import Bytes
import CImaging
import JPEGDecoder

#if canImport(Glibc)
    import Glibc
#endif

/// The colour space that a file declares for its pixels.
enum ColourSpace: Sendable, Equatable {
    /// The channels in the four bytes of a pixel.
    ///
    /// Ink is always inverted: 255 means no ink. Adobe writes CMYK in this form, and browsers read every CMYK JPEG in
    /// this form, with or without Adobe's marker.
    enum Numbers: Sendable { case grey, rgb, invertedCMYK }

    /// An ICC profile.
    case icc([UInt8], Numbers)

    /// A tone curve, and x and y of white, red, green and blue.
    case curve(ToneCurve, chromaticities: [Double])

    static let sRGBChromaticities = [0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06]
}

/// The ITU-T H.273 code points of primaries and transfer, from an AVIF, HEIF or PNG file.
struct CodePoints {
    fileprivate let primaries: avifColorPrimaries
    fileprivate let transfer: avifTransferCharacteristics
    /// Whether black is 16 and white is 235 of 255. False for AVIF and HEIF: their decoders already expand the range.
    fileprivate let isNarrow: Bool

    init(primaries: avifColorPrimaries, transfer: avifTransferCharacteristics) {
        self.primaries = primaries
        self.transfer = transfer
        isNarrow = false
    }

    /// Reads the content of a cICP chunk: PNG (third edition) §11.3.2.6.
    ///
    /// Nil if a number is unspecified or reserved, or if the matrix is not 0 (R, G and B); other chunks then describe
    /// the colours.
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
    /// Nil if the code points mean sRGB, or are unspecified.
    ///
    /// The curves of cameras, such as BT.709, count as the sRGB curve, as in browsers.
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
        // libavif returns red, green, blue, white.
        self = .curve(curve, chromaticities: (values[6...] + values[..<6]).map(Double.init))
    }
}

/// Finds the ICC profile in a file. An incomplete or too large profile is ignored.
enum ICCProfile {
    /// The largest profiles in use, for printing presses, have 2 MB.
    static let maxBytes = 4 << 20

    static func find(in upload: [UInt8], _ format: ImageFormat) -> [UInt8]? {
        switch format {
        case .jpeg: jpeg(ByteReader(upload))
        case .webp: webp(ByteReader(upload, order: .little))
        // libpng, libavif and libheif read the profile themselves; GIF has none.
        case .png, .gif, .avif, .heic: nil
        }
    }

    /// Hides the tags DToB0 to DToB3 from lcms2; ICC.1:2022 §8.10.2 lets readers ignore them.
    ///
    /// These tags hold a list of processing steps of any length: a hostile profile of 4 MB has half a million steps,
    /// and lcms2 would work on the transform for minutes. The form of the other tags bounds their length.
    static func withoutPipelines(_ profile: [UInt8]) -> [UInt8] {
        let reader = ByteReader(profile)
        let tagTable = 128
        var result = profile
        // lcms2 reads at most 100 tags.
        for tag in 0..<min(reader.uint32(at: tagTable) ?? 0, 100) {
            let entry = tagTable + 4 + tag * 12
            guard reader.starts(with: "D2B", at: entry) else { continue }
            result[entry] = UInt8(ascii: "-")
        }
        return result
    }

    /// Joins the profile from its numbered APP2 segments, each of which has the number of segments: ICC.1:2022 §B.4.
    private static func jpeg(_ file: ByteReader) -> [UInt8]? {
        var parts: [Int: ByteReader] = [:]
        var count: Int?
        var offset = 2
        while let segment = file.nextJPEGSegment(from: offset), segment.marker != 0xDA {
            offset = segment.end
            guard segment.marker == 0xE2, segment.body.starts(with: "ICC_PROFILE\0", at: 0) else { continue }
            guard let number = segment.body.byte(at: 12), let total = segment.body.byte(at: 13),
                let part = segment.body.slice(from: 14), total == count ?? total, 1...max(total, 1) ~= number,
                parts.updateValue(part, forKey: number) == nil
            else { return nil }
            count = total
        }
        guard let count, parts.count == count else { return nil }
        guard parts.values.reduce(0, { $0 + $1.count }) <= maxBytes else { return nil }
        return parts.sorted { $0.key < $1.key }.flatMap(\.value.all)
    }

    /// Reads the ICCP chunk: RFC 9649 §2.7.1.4.
    private static func webp(_ file: ByteReader) -> [UInt8]? {
        guard let profile = ImageHeader.webpChunk("ICCP", in: file), profile.count <= maxBytes else { return nil }
        return profile.all
    }
}

/// A curve from pixel values to light; both are between 0 and 1, where light 1 is the white of a page.
indirect enum ToneCurve: Sendable, Equatable {
    /// Light is the pixel value raised to this power.
    case power(Double)
    case sRGB
    /// SMPTE ST 2084 (PQ), for highlights up to 10,000 cd/m².
    case pq
    /// Hybrid log-gamma of ITU-R BT.2100, for screens of 1000 cd/m².
    case hlg
    /// Another curve in narrow range: pixel values from 16 to 235 of 255.
    case narrow(ToneCurve)

    /// The white of a page in both HDR curves, in cd/m²: ITU-R BT.2408 §2.1.
    private static let pageWhite = 203.0

    func light(_ number: Double) -> Double {
        switch self {
        case .power(let power): pow(number, power)
        case .narrow(let curve): curve.light(min(max((255 * number - 16) / 219, 0), 1))
        case .sRGB: number <= 0.04045 ? number / 12.92 : pow((number + 0.055) / 1.055, 2.4)
        case .pq: Self.dimmed(10_000 / Self.pageWhite * Self.pq(number))
        // The system gamma, 1.2, applies to each channel separately.
        case .hlg: Self.dimmed(1000 / Self.pageWhite * pow(Self.hlg(number), 1.2))
        }
    }

    /// The PQ curve of ITU-R BT.2100 table 4; 1 is 10,000 cd/m².
    private static func pq(_ number: Double) -> Double {
        let (m1, m2) = (2610.0 / 16384, 2523.0 / 32)
        let (c1, c2, c3) = (3424.0 / 4096, 2413.0 / 128, 2392.0 / 128)
        let root = pow(number, 1 / m2)
        return pow(max(root - c1, 0) / (c2 - c3 * root), 1 / m1)
    }

    /// The HLG curve of ITU-R BT.2100 table 5.
    private static func hlg(_ number: Double) -> Double {
        let (a, b, c) = (0.17883277, 0.28466892, 0.55991073)
        return number <= 0.5 ? number * number / 3 : (exp((number - c) / a) + b) / 12
    }

    /// Compresses light above half of the white of a page, which then approaches 1 slowly: highlights keep their
    /// shapes.
    private static func dimmed(_ light: Double) -> Double {
        let knee = 0.5
        return light <= knee ? light : knee + (1 - knee) * (1 - exp((knee - light) / (1 - knee)))
    }
}
