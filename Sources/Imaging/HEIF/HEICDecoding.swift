import Bytes
import CImaging

/// Decodes a HEIC, as `AVIFDecoding` decodes an AVIF.
///
/// A grid is decoded tile by tile: libheif would convert the whole picture to R, G and B in between.
struct HEICDecoding {
    let target: DecodingTarget

    func image(of upload: [UInt8]) throws(ImageError) -> GDImage {
        let grid = TileGrid(primaryOf: ByteReader(upload))
        let file = grid?.withVisibleTiles(upload) ?? upload
        return try unsafe file.span.withUnsafeBufferPointer { bytes throws(ImageError) in
            let reader = try unsafe HEICReader(bytes, as: target.header, grid, limit: target.limit)
            let transform = target.colours.toSRGB(from: reader.colourSpace)
            return try reader.image(for: target, transform)
        }
    }
}

/// Decodes a picture with libheif, and holds its planes as stored; `ImageHeader` has the orientation.
@safe struct HEICReader: ~Copyable {
    private let context: OpaquePointer
    private let handle: OpaquePointer
    private let image: OpaquePointer

    /// Decodes the primary item, whose tiles are in `grid`; `bytes` must stay valid as long as the reader lives.
    @unsafe init(
        _ bytes: UnsafeBufferPointer<UInt8>,
        as header: ImageHeader,
        _ grid: TileGrid?,
        limit: WorkLimit
    ) throws(ImageError) {
        guard let created = unsafe heif_context_alloc() else { throw .outOfMemory }
        var primary: OpaquePointer?
        do throws(ImageError) {
            unsafe heif_context_set_max_decoding_threads(created, 0)
            unsafe heif_context_set_maximum_image_size_limit(created, Self.sizeLimit(header))
            try unsafe Self.check(
                heif_context_read_from_memory_without_copy(created, bytes.baseAddress, bytes.count, nil)
            )
            try unsafe Self.check(heif_context_get_primary_image_handle(created, &primary))
            guard let primary = unsafe primary else { throw .outOfMemory }
            if let grid, grid.isRegular, unsafe heif_image_handle_has_alpha_channel(primary) == 0 {
                let canvas = try HEICCanvas(width: header.width, height: header.height)
                for (index, item) in grid.items.enumerated() {
                    try limit.check()
                    let tile = try unsafe Self.decode(item, of: created)
                    defer { unsafe heif_image_release(tile) }
                    try unsafe canvas.draw(tile, index, of: grid)
                }
                unsafe image = try canvas.take()
            } else {
                unsafe image = try Self.decode(primary)
            }
            unsafe handle = primary
        } catch {
            unsafe heif_image_handle_release(primary)
            unsafe heif_context_free(created)
            throw error
        }
        unsafe context = created
    }

    deinit {
        unsafe heif_image_release(image)
        unsafe heif_image_handle_release(handle)
        unsafe heif_context_free(context)
    }

    /// Makes the image from the decoded planes.
    func image(for target: DecodingTarget, _ transform: ColourTransform?) throws(ImageError) -> GDImage {
        let planes = unsafe YUVPlanes(planes)
        guard planes.width == target.header.width, planes.height == target.header.height else {
            throw .corrupt(.heic, reason: "It has two sizes")
        }
        return try planes.image(of: target.square, side: target.side, transform, .heic)
    }

    /// The colour space of the ICC profile, or of the code points if there is no profile; nil means sRGB.
    var colourSpace: ColourSpace? {
        let count = unsafe heif_image_handle_get_raw_color_profile_size(handle)
        guard 1...ICCProfile.maxBytes ~= count else { return codePoints.flatMap { ColourSpace($0) } }
        var profile = [UInt8](repeating: 0, count: count)
        unsafe heif_image_handle_get_raw_color_profile(handle, &profile)
        return .icc(profile, .rgb)
    }

    /// Decodes to 4:2:0, the form that phones store; libheif converts other forms to it. From more than 8 bits libheif
    /// converts through R, G and B, so that decoding to R, G and B takes less memory.
    @unsafe private static func decode(
        _ handle: OpaquePointer,
        isTile: Bool = false
    ) throws(ImageError) -> OpaquePointer {
        guard let options = unsafe heif_decoding_options_alloc() else { throw .outOfMemory }
        defer { unsafe heif_decoding_options_free(options) }
        unsafe options.pointee.ignore_transformations = 1
        unsafe options.pointee.strict_decoding = 1
        var image: OpaquePointer?
        let depth = unsafe heif_image_handle_get_luma_bits_per_pixel(handle)
        let isDeep = !isTile && depth > 8
        let space = isDeep ? heif_colorspace_RGB : heif_colorspace_YCbCr
        let chroma = isDeep ? heif_chroma_444 : heif_chroma_420
        try unsafe check(heif_decode_image(handle, &image, space, chroma, options))
        guard let image = unsafe image else { throw .outOfMemory }
        return unsafe image
    }

    @unsafe private static func decode(_ item: Int, of context: OpaquePointer) throws(ImageError) -> OpaquePointer {
        var tile: OpaquePointer?
        try unsafe check(heif_context_get_image_handle(context, UInt32(clamping: item), &tile))
        guard let tile = unsafe tile else { throw .outOfMemory }
        defer { unsafe heif_image_handle_release(tile) }
        return try unsafe decode(tile, isTile: true)
    }

    @unsafe private var planes: avifImage {
        var planes = unsafe avifImage()
        let points = codePoints
        let isRGB = unsafe heif_image_get_colorspace(image) == heif_colorspace_RGB
        // With the identity matrix the planes are green, blue and red: ITU-T H.273 table 4.
        let channels =
            isRGB
            ? (heif_channel_G, heif_channel_B, heif_channel_R) : (heif_channel_Y, heif_channel_Cb, heif_channel_Cr)
        unsafe planes.width = UInt32(clamping: heif_image_get_width(image, channels.0))
        unsafe planes.height = UInt32(clamping: heif_image_get_height(image, channels.0))
        unsafe planes.depth = UInt32(clamping: heif_image_get_bits_per_pixel_range(image, channels.0))
        unsafe planes.yuvFormat = isRGB ? AVIF_PIXEL_FORMAT_YUV444 : AVIF_PIXEL_FORMAT_YUV420
        unsafe planes.yuvRange = !isRGB && points?.full_range_flag == 0 ? AVIF_RANGE_LIMITED : AVIF_RANGE_FULL
        let matrix = isRGB ? heif_matrix_coefficients_RGB_GBR : points?.matrix_coefficients
        unsafe planes.matrixCoefficients = UInt16(clamping: matrix?.rawValue ?? 6)
        unsafe (planes.yuvPlanes.0, planes.yuvRowBytes.0) = plane(channels.0)
        unsafe (planes.yuvPlanes.1, planes.yuvRowBytes.1) = plane(channels.1)
        unsafe (planes.yuvPlanes.2, planes.yuvRowBytes.2) = plane(channels.2)
        // libavif supports only alpha of the same size and depth, and does not check it; libheif returns any alpha.
        let alphaDepth = unsafe heif_image_get_bits_per_pixel_range(image, heif_channel_Alpha)
        let alphaWidth = unsafe heif_image_get_width(image, heif_channel_Alpha)
        let alphaHeight = unsafe heif_image_get_height(image, heif_channel_Alpha)
        if unsafe alphaDepth == planes.depth, unsafe alphaWidth == planes.width, unsafe alphaHeight == planes.height {
            unsafe (planes.alphaPlane, planes.alphaRowBytes) = plane(heif_channel_Alpha)
            unsafe planes.alphaPremultiplied = heif_image_handle_is_premultiplied_alpha(handle)
        }
        return unsafe planes
    }

    @unsafe private func plane(_ channel: heif_channel) -> (UnsafeMutablePointer<UInt8>?, UInt32) {
        var stride: Int32 = 0
        let plane = unsafe heif_image_get_plane_readonly(image, channel, &stride)
        return unsafe (UnsafeMutablePointer(mutating: plane), UInt32(clamping: stride))
    }

    /// The code points of the file's "colr" box, or of the coded picture if there is no such box.
    private var codePoints: heif_color_profile_nclx? {
        var found: UnsafeMutablePointer<heif_color_profile_nclx>?
        if unsafe heif_image_handle_get_nclx_color_profile(handle, &found).code != heif_error_Ok {
            unsafe heif_image_get_nclx_color_profile(image, &found)
        }
        defer { unsafe heif_nclx_color_profile_free(found) }
        return unsafe found?.pointee
    }

    /// The size limit for libheif: the side of a square. Coded pictures consist of whole blocks, and the tiles of a
    /// small picture may extend far beyond its edge.
    private static func sizeLimit(_ header: ImageHeader) -> Int32 {
        let (block, floor) = (64, 1024)
        return Int32(clamping: max(header.width + block, header.height + block, floor))
    }

    @unsafe static func check(_ error: heif_error) throws(ImageError) {
        guard unsafe error.code != heif_error_Ok else { return }
        // libheif reports an exceeded limit as a memory error, too.
        if unsafe error.subcode == heif_suberror_Security_limit_exceeded {
            throw .corrupt(.heic, reason: "It is larger than its header says")
        }
        guard unsafe error.code != heif_error_Decoder_plugin_error else {
            throw .corrupt(.heic, reason: "Its pixels are damaged")
        }
        guard unsafe error.code != heif_error_Memory_allocation_error else { throw .outOfMemory }
        throw .corrupt(.heic, reason: unsafe String(cString: error.message))
    }
}

extension ColourSpace {
    fileprivate init?(_ points: heif_color_profile_nclx) {
        self.init(
            CodePoints(
                primaries: UInt16(clamping: points.color_primaries.rawValue),
                transfer: UInt16(clamping: points.transfer_characteristics.rawValue)
            )
        )
    }
}
