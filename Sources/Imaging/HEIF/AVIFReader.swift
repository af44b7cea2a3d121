import CImaging

/// libavif's decoder, with dav1d behind it; it holds one decoded picture in luma and chroma.
@safe struct AVIFReader: ~Copyable {
    private let decoder: UnsafeMutablePointer<avifDecoder>

    // A sequence of more pictures than this is none that somebody looks at.
    private static let countLimit: UInt32 = 10_000

    // The tiles of a small picture may reach far over its edge.
    private static let sizeFloor = 1 << 20

    // AV1 §3 and §7.3.1: a picture has at most so many spatial layers.
    private static let maxLayers: UInt32 = 4

    /// Decodes the picture, or the first of a sequence; `bytes` must stay where they are for as long as the reader lives.
    @unsafe init(_ bytes: UnsafeBufferPointer<UInt8>, as header: ImageHeader, hasLayers: Bool) throws(ImageError) {
        guard let created = unsafe avifDecoderCreate() else { throw .outOfMemory }
        unsafe created.pointee.codecChoice = AVIF_CODEC_CHOICE_DAV1D
        unsafe created.pointee.maxThreads = 1
        unsafe created.pointee.ignoreExif = 1
        unsafe created.pointee.ignoreXMP = 1
        unsafe created.pointee.imageSizeLimit = UInt32(clamping: max(header.width * header.height, Self.sizeFloor))
        unsafe created.pointee.imageDimensionLimit = UInt32(clamping: max(header.width, header.height))
        unsafe created.pointee.imageCountLimit = Self.countLimit
        // Encoders that are still in use leave out boxes that strictness asks for; `ImageHeader` reads clap itself.
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

    /// Decodes nothing more: the image is made of the planes that the decoder holds.
    func image(for target: DecodingTarget, _ transform: ColourTransform?) throws(ImageError) -> GDImage {
        let planes = unsafe YUVPlanes(decoder.pointee.image.pointee)
        guard planes.width == target.header.width, planes.height == target.header.height else {
            throw .corrupt(.avif, reason: "It has two sizes")
        }
        return try planes.image(of: target.square, side: target.side, transform, .avif)
    }

    /// What the profile says about colour, or else the few numbers that stand for one; sRGB needs no saying.
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

    /// As in `ImageHeader`, a sequence without a primary item has its track.
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
