import Bytes
import CImaging

/// Decodes an AVIF. AV1 decodes only whole pictures; only the pixels for the target square are converted to R, G, B, A.
///
/// Measured at 12 million pixels, decoding takes at its peak, per pixel of the file: 2 bytes for 8 bits in 4:2:0, 3
/// with alpha; 7 for 10 or 12 bits in 4:4:4, 9 with alpha; twice as much for a grid, because its tiles are copied.
struct AVIFDecoding {
    let target: DecodingTarget

    func image(of upload: [UInt8]) throws(ImageError) -> GDImage {
        let file = readable(upload)
        return try unsafe file.span.withUnsafeBufferPointer { bytes throws(ImageError) in
            let reader = try unsafe AVIFReader(bytes, as: target.header, hasLayers: hasLayers(upload))
            let transform = target.colours.toSRGB(from: reader.colourSpace)
            return try reader.image(for: target, transform)
        }
    }

    /// Whether the file has a property for layers: AVIF §2.3.
    private func hasLayers(_ upload: [UInt8]) -> Bool {
        let meta = ImageHeader.meta(of: Box.all(in: ByteReader(upload)))
        let properties = meta.first("iprp").map(Box.all)?.first("ipco").map(Box.all) ?? []
        return properties.contains { ["a1op", "lsel", "a1lx"].contains($0.type) }
    }

    /// The file in a form that libavif can read: with corrected sizes, and with one "ipma" table.
    private func readable(_ upload: [UInt8]) -> [UInt8] {
        let file = ByteReader(upload)
        let meta = ImageHeader.meta(of: Box.all(in: file))
        let places = HEIFItem.swappedSizes(meta: meta, file: file)
        let tables = meta.first("iprp").map(Box.all)?.filter { $0.type == "ipma" }.map(\.body) ?? []
        guard !places.isEmpty || tables.count > 1 else { return upload }
        var result = upload
        // The sizes must be the coded sizes: libavif would stretch the pictures to any other size.
        for place in places {
            result.replaceSubrange(place..<place + 8, with: upload[place + 4..<place + 8] + upload[place..<place + 4])
        }
        if tables.count > 1 { join(tables, in: &result) }
        return result
    }

    /// Joins the "ipma" tables, which list the properties of each item. Old encoders write one table for each item,
    /// which ISO/IEC 23008-12 §9.3.1 forbids. Tables that are not adjacent stay unchanged.
    private func join(_ tables: [ByteReader], in file: inout [UInt8]) {
        let kinds = Set(tables.map { $0.uint32(at: 0) })
        let isInRow = zip(tables, tables.dropFirst()).allSatisfy { $0.start + $0.count + 8 == $1.start }
        guard kinds.count == 1, isInRow, let first = tables.first, let last = tables.last else { return }
        let entries = tables.reduce(0) { $0 + ($1.uint32(at: 4) ?? 0) }
        let (start, end) = (first.start - 8, last.start + last.count)
        func big(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
        let head = big(end - start) + Array("ipma".utf8) + first.all.prefix(4) + big(entries)
        let joined = head + tables.flatMap { $0.all.dropFirst(8) }
        // libavif ignores the bytes after the last entry.
        file.replaceSubrange(start..<end, with: joined + [UInt8](repeating: 0, count: end - start - joined.count))
    }
}

/// Decodes a picture with libavif and dav1d, and holds its planes of luma and chroma.
@safe struct AVIFReader: ~Copyable {
    private let decoder: UnsafeMutablePointer<avifDecoder>

    // The most pictures of a sequence; no useful sequence has more.
    private static let countLimit: UInt32 = 10_000

    // The lowest pixel limit: the tiles of a small picture may extend far beyond its edge.
    private static let sizeFloor = 1 << 20

    // The most spatial layers of a picture: AV1 §3 and §7.3.1.
    private static let maxLayers: UInt32 = 4

    /// Decodes the picture, or the first picture of a sequence; `bytes` must stay valid as long as the reader lives.
    @unsafe init(_ bytes: UnsafeBufferPointer<UInt8>, as header: ImageHeader, hasLayers: Bool) throws(ImageError) {
        guard let created = unsafe avifDecoderCreate() else { throw .outOfMemory }
        unsafe created.pointee.codecChoice = AVIF_CODEC_CHOICE_DAV1D
        unsafe created.pointee.maxThreads = 1
        unsafe created.pointee.ignoreExif = 1
        unsafe created.pointee.ignoreXMP = 1
        unsafe created.pointee.imageSizeLimit = UInt32(clamping: max(header.width * header.height, Self.sizeFloor))
        unsafe created.pointee.imageDimensionLimit = UInt32(clamping: max(header.width, header.height))
        unsafe created.pointee.imageCountLimit = Self.countLimit
        // Encoders in use omit boxes that the strict mode requires; `ImageHeader` reads "clap" itself.
        unsafe created.pointee.strictFlags = AVIF_STRICT_DISABLED.rawValue
        let frames = hasLayers || header.isAnimated ? Self.maxLayers : 1
        portraitd_limit_av1_frames(UInt32(clamping: header.codedPixels), frames)
        defer { portraitd_limit_av1_frames(0, 0) }
        do throws(ImageError) {
            try Self.check(unsafe avifDecoderSetIOMemory(created, bytes.baseAddress, bytes.count))
            try unsafe Self.parse(created)
            try Self.check(unsafe avifDecoderNextImage(created))
        } catch {
            unsafe avifDecoderDestroy(created)
            guard !portraitd_av1_frames_exceeded() else {
                let most = frames > 1 ? "\(frames) frames" : "one frame"
                throw .corrupt(.avif, reason: "It has more than \(most) where one picture is expected")
            }
            throw error
        }
        unsafe decoder = created
    }

    deinit { unsafe avifDecoderDestroy(decoder) }

    /// Makes the image from the decoded planes.
    func image(for target: DecodingTarget, _ transform: ColourTransform?) throws(ImageError) -> GDImage {
        let planes = unsafe YUVPlanes(decoder.pointee.image.pointee)
        guard planes.width == target.header.width, planes.height == target.header.height else {
            throw .corrupt(.avif, reason: "It has two sizes")
        }
        return try planes.image(of: target.square, side: target.side, transform, .avif)
    }

    /// The colour space of the ICC profile, or of the code points if there is no profile; nil means sRGB.
    var colourSpace: ColourSpace? {
        let image = unsafe decoder.pointee.image.pointee
        guard unsafe image.icc.size > 0, unsafe image.icc.size <= ICCProfile.maxBytes else {
            return unsafe ColourSpace(
                CodePoints(primaries: image.colorPrimaries, transfer: image.transferCharacteristics)
            )
        }
        let profile = unsafe Array(UnsafeBufferPointer(start: image.icc.data, count: image.icc.size))
        return .icc(profile, unsafe image.yuvFormat == AVIF_PIXEL_FORMAT_YUV400 ? .grey : .rgb)
    }

    /// Parses the primary item, or the track of a sequence without a primary item, as `ImageHeader` does.
    @unsafe private static func parse(_ decoder: UnsafeMutablePointer<avifDecoder>) throws(ImageError) {
        unsafe decoder.pointee.requestedSource = AVIF_DECODER_SOURCE_PRIMARY_ITEM
        let result = unsafe avifDecoderParse(decoder)
        guard result == AVIF_RESULT_NO_AV1_ITEMS_FOUND else { return try check(result) }
        try check(unsafe avifDecoderSetSource(decoder, AVIF_DECODER_SOURCE_TRACKS))
    }

    private static func check(_ result: avifResult) throws(ImageError) {
        switch result {
        case AVIF_RESULT_OK: return
        case AVIF_RESULT_OUT_OF_MEMORY: throw .outOfMemory
        case AVIF_RESULT_TRUNCATED_DATA, AVIF_RESULT_IO_ERROR: throw .corrupt(.avif, reason: "It ends too early")
        case AVIF_RESULT_DECODE_COLOR_FAILED, AVIF_RESULT_DECODE_ALPHA_FAILED:
            throw .corrupt(.avif, reason: "Its pixels are damaged")
        case AVIF_RESULT_BMFF_PARSE_FAILED: throw .corrupt(.avif, reason: "Its boxes are damaged")
        default: throw .corrupt(.avif, reason: unsafe String(cString: avifResultToString(result)))
        }
    }
}
