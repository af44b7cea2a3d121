import Bytes

extension ImageHeader {
    /// Reads the properties of the primary item: ISO/IEC 23008-12 §6, §9 and §10.
    static func heif(_ file: ByteReader, _ format: ImageFormat) throws(ImageError) -> ImageHeader {
        let boxes = Box.all(in: file)
        try HEIFBounds(format).check(boxes)
        let isAnimated = boxes.first("moov") != nil
        let meta = meta(of: boxes)
        try DerivedItems(format, meta: meta).check()
        let primary = primary(in: meta).flatMap { HEIFItem($0, meta: meta, file: file) }
        guard let picture = primary ?? track(in: boxes) else {
            throw .corrupt(format, reason: "Its header is damaged or incomplete")
        }
        // The product of two sides of 32 bits would overflow; no limit allows nearly as many pixels.
        let pixels = min(picture.width, 1 << 24) * min(picture.height, 1 << 24)
        let grid = Self.primary(in: meta).flatMap { item in
            meta.first("iref").flatMap { TileGrid(of: item, references: $0, meta: meta, file: file) }
        }
        guard grid?.fits(picture) ?? true else { throw .corrupt(format, reason: "It has too many tiles") }
        return ImageHeader(
            format: format,
            width: picture.width,
            height: picture.height,
            orientation: picture.orientation,
            isAnimated: isAnimated,
            heldBytes: format == .avif
                // If libavif cannot read the file unchanged, it gets a corrected copy.
                ? avifHeldBytes(meta) * (pixels + (grid?.pixels ?? 0)) + (isReadable(picture, meta) ? 0 : file.count)
                : HEVCCoding(meta).heldBytes(pixels: pixels, grid) + (grid == nil ? 0 : file.count),
            codedPixels: grid?.tilePixels,
            visible: picture.visible
        )
    }

    /// The bytes per pixel that the decoder holds at its peak, for the largest pixel format in the file: measured.
    private static func avifHeldBytes(_ meta: [Box]) -> Int {
        let properties = meta.first("iprp").map(Box.all)?.first("ipco").map(Box.all) ?? []
        let codings = properties.filter { $0.type == "av1C" }.map { AV1Coding($0.body) }
        let hasAlpha = properties.contains { $0.type == "auxC" }
        // Without a configuration box the file has only a track, or no picture.
        let coded = codings.map(\.heldBytes).max() ?? AV1Coding.most
        return coded + (hasAlpha ? codings.map(\.sampleBytes).max() ?? 2 : 0)
    }

    private static func isReadable(_ picture: HEIFItem, _ meta: [Box]) -> Bool {
        !picture.isSwapped && meta.first("iprp").map(Box.all)?.count { $0.type == "ipma" } ?? 0 < 2
    }

    /// The boxes in the file's "meta". The first four bytes of a "full box" are its version and its flags.
    static func meta(of boxes: [Box]) -> [Box] {
        boxes.first("meta").flatMap { $0.slice(from: 4) }.map(Box.all) ?? []
    }

    /// The ID of the primary item; nil if there is none.
    static func primary(in meta: [Box]) -> Int? {
        guard let primary = meta.first("pitm") else { return nil }
        return primary.byte(at: 0) == 0 ? primary.uint16(at: 4) : primary.uint32(at: 4)
    }

    /// The size of an image sequence without a primary item, from its track: ISO/IEC 14496-12 §8.3.2.
    private static func track(in boxes: [Box]) -> HEIFItem? {
        guard let movie = boxes.first("moov"), let track = Box.all(in: movie).first("trak"),
            let header = Box.all(in: track).first("tkhd"), let version = header.byte(at: 0)
        else { return nil }
        let size = version == 0 ? 76 : 88
        // Fixed-point numbers with 16 bits before the point and 16 after it; the fraction is ignored.
        guard let width = header.uint16(at: size), let height = header.uint16(at: size + 4) else { return nil }
        return HEIFItem(width: width, height: height)
    }
}

/// The pixel format of an AV1 picture, from its configuration box "av1C": AV1-ISOBMFF §2.3.3.
struct AV1Coding {
    /// The bytes per pixel that dav1d and libavif hold: the planes, and a little working memory.
    let heldBytes: Int
    /// The bytes per sample.
    let sampleBytes: Int

    /// `heldBytes` of the largest pixel format: 12 bits in 4:4:4.
    static let most = 7

    init(_ box: ByteReader) {
        let flags = box.byte(at: 2) ?? 0
        let (isDeep, isGrey) = (flags & 0x40 != 0, flags & 0x10 != 0)
        let (halvesColumns, halvesRows) = (flags & 0x08 != 0, flags & 0x04 != 0)
        // Samples per pixel, counted in halves: luma and the two chroma planes.
        let halves = isGrey ? 2 : halvesRows ? 3 : halvesColumns ? 4 : 6
        sampleBytes = isDeep ? 2 : 1
        heldBytes = (halves * sampleBytes + 1) / 2 + (isDeep ? 1 : 0)
    }
}

/// The pixel format of a HEIC, from its configuration boxes "hvcC": ISO/IEC 14496-15 §8.3.3.1.
///
/// Measured with libheif 1.15 at 16 million pixels, decoding one picture takes at its peak, per pixel: for 8 bits 4.6
/// bytes in 4:2:0, 5.1 in 4:2:2 and 6.7 in 4:4:4; for 10 bits 9 and 12.7 bytes, and 15 for a tile, which is converted
/// to luma and chroma.
struct HEVCCoding {
    private let isDeep: Bool
    private let isHalved: Bool
    private let hasAlpha: Bool

    init(_ meta: [Box]) {
        let properties = meta.first("iprp").map(Box.all)?.first("ipco").map(Box.all) ?? []
        let codings = properties.filter { $0.type == "hvcC" }.map(\.body)
        isDeep = codings.contains { ($0.byte(at: 17) ?? 0) & 7 > 0 || ($0.byte(at: 18) ?? 0) & 7 > 0 }
        // 4:0:0 or 4:2:0: no chroma, or a quarter of the samples.
        isHalved = codings.allSatisfy { ($0.byte(at: 16) ?? 3) & 3 <= 1 }
        // Depth maps and gain maps are auxiliary images, too, and many phones write them.
        hasAlpha = properties.contains {
            guard $0.type == "auxC", let name = $0.body.slice(from: 0, length: min($0.body.count, 100)) else {
                return false
            }
            return name.contains("auxid:1") || name.contains("auxiliary:alpha")
        }
    }

    /// The memory that decoding takes, in bytes; `grid` is nil for a picture without tiles.
    func heldBytes(pixels: Int, _ grid: TileGrid?) -> Int {
        let decoded = isDeep ? (isHalved ? 10 : 14) : isHalved ? 5 : 7
        let tile = isDeep ? 16 : decoded
        guard let grid else { return decoded * pixels + (hasAlpha ? decoded * pixels / 2 : 0) }
        // libheif joins the tiles of an irregular grid or a grid with alpha, and converts them to R, G, B and alpha in
        // between.
        guard grid.isRegular, !hasAlpha else { return 2 * decoded * pixels + tile * grid.tilePixels }
        // A single tile is decoded before the canvas allocates its planes.
        guard grid.count > 1 else { return tile * max(pixels, grid.tilePixels) }
        return (isDeep ? 3 : 2) * pixels + tile * grid.tilePixels
    }
}
