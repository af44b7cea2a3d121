extension ImageHeader {
    /// Reads what the file says about its primary item: ISO/IEC 23008-12 §6, §9 and §10.
    static func heif(_ file: ByteReader, _ format: ImageFormat) throws(ImageError) -> ImageHeader {
        let boxes = Box.all(in: file)
        let isAnimated = boxes.first("moov") != nil
        guard let picture = primaryItem(in: boxes) ?? track(in: boxes) else {
            throw .corrupt(format, reason: "Its header is damaged or incomplete")
        }
        return ImageHeader(
            format: format,
            width: picture.width,
            height: picture.height,
            orientation: picture.orientation,
            isAnimated: isAnimated,
            // Sides of 32 bits each would overflow; no limit allows nearly as much.
            heldBytes: heldBytes(boxes, format) * min(picture.width, 1 << 24) * min(picture.height, 1 << 24),
            visible: picture.visible
        )
    }

    /// What a decoder keeps of each pixel at its peak, by the bits and the chroma of whatever is coded in the file: measured.
    private static func heldBytes(_ boxes: [Box], _ format: ImageFormat) -> Int {
        // libheif holds the whole picture and one tile of it, and the box of its coding does not count here.
        guard format == .avif else { return 6 }
        let parts = boxes.first("meta").flatMap { $0.slice(from: 4) }.map(Box.all) ?? []
        let properties = parts.first("iprp").map(Box.all)?.first("ipco").map(Box.all) ?? []
        let codings = properties.filter { $0.type == "av1C" }.map { AV1Coding($0.body) }
        let hasAlpha = properties.contains { $0.type == "auxC" }
        // The tiles of a grid are copied into one picture.
        let copies = parts.first("iinf")?.contains("grid") == true ? 2 : 1
        // Without any there is a track only, or no picture.
        let coded = codings.map(\.heldBytes).max() ?? AV1Coding.most
        return copies * (coded + (hasAlpha ? codings.map(\.sampleBytes).max() ?? 2 : 0))
    }

    private static func primaryItem(in boxes: [Box]) -> HEIFItem? {
        // The first four bytes of a "full box" are its version and its flags.
        guard let meta = boxes.first("meta")?.slice(from: 4) else { return nil }
        let parts = Box.all(in: meta)
        guard let primary = parts.first("pitm"), let properties = parts.first("iprp"),
            let item = primary.byte(at: 0) == 0 ? primary.uint16(at: 4) : primary.uint32(at: 4)
        else { return nil }
        return HEIFItem(item, properties: Box.all(in: properties))
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
