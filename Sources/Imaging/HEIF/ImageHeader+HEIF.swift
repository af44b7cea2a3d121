extension ImageHeader {
    /// Reads what the file says about its primary item: ISO/IEC 23008-12 §6, §9 and §10.
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
        // Sides of 32 bits each would overflow; no limit allows nearly as much.
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
                // Where libavif cannot read the file as it is, it gets a copy.
                ? avifHeldBytes(meta) * (pixels + (grid?.pixels ?? 0)) + (isReadable(picture, meta) ? 0 : file.count)
                : HEVCCoding(meta).heldBytes(pixels: pixels, grid) + (grid == nil ? 0 : file.count),
            codedPixels: grid?.tilePixels,
            visible: picture.visible
        )
    }

    /// What a decoder keeps of each pixel at its peak, by the bits and the chroma of whatever is coded in the file: measured.
    private static func avifHeldBytes(_ meta: [Box]) -> Int {
        let properties = meta.first("iprp").map(Box.all)?.first("ipco").map(Box.all) ?? []
        let codings = properties.filter { $0.type == "av1C" }.map { AV1Coding($0.body) }
        let hasAlpha = properties.contains { $0.type == "auxC" }
        // Without any there is a track only, or no picture.
        let coded = codings.map(\.heldBytes).max() ?? AV1Coding.most
        return coded + (hasAlpha ? codings.map(\.sampleBytes).max() ?? 2 : 0)
    }

    private static func isReadable(_ picture: HEIFItem, _ meta: [Box]) -> Bool {
        !picture.isSwapped && meta.first("iprp").map(Box.all)?.count { $0.type == "ipma" } ?? 0 < 2
    }

    /// What is in the file's "meta". The first four bytes of a "full box" are its version and its flags.
    static func meta(of boxes: [Box]) -> [Box] {
        boxes.first("meta").flatMap { $0.slice(from: 4) }.map(Box.all) ?? []
    }

    /// The number of the primary item.
    static func primary(in meta: [Box]) -> Int? {
        guard let primary = meta.first("pitm") else { return nil }
        return primary.byte(at: 0) == 0 ? primary.uint16(at: 4) : primary.uint32(at: 4)
    }

    /// An image sequence need not have a primary item; then its track tells its size: ISO/IEC 14496-12 §8.3.2.
    private static func track(in boxes: [Box]) -> HEIFItem? {
        guard let movie = boxes.first("moov"), let track = Box.all(in: movie).first("trak"),
            let header = Box.all(in: track).first("tkhd"), let version = header.byte(at: 0)
        else { return nil }
        let size = version == 0 ? 76 : 88
        // 16 bits before the point and 16 after it.
        guard let width = header.uint16(at: size), let height = header.uint16(at: size + 4) else { return nil }
        return HEIFItem(width: width, height: height)
    }
}
