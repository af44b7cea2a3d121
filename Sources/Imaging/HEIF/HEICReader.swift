import CImaging

/// libheif's decoder; it holds one decoded picture in luma and chroma, as stored: `ImageHeader` knows how to turn it.
@safe struct HEICReader: ~Copyable {
    private let context: OpaquePointer
    private let handle: OpaquePointer
    private let image: OpaquePointer

    /// Decodes the primary item, whose tiles are those of `grid`; `bytes` must stay where they are for as long as the
    /// reader lives.
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

    /// Decodes nothing more: the image is made of the planes that libheif holds.
    func image(for target: DecodingTarget, _ transform: ColourTransform?) throws(ImageError) -> GDImage {
        let planes = unsafe YUVPlanes(planes)
        guard planes.width == target.header.width, planes.height == target.header.height else {
            throw .corrupt(.heic, reason: "It has two sizes")
        }
        return try planes.image(of: target.square, side: target.side, transform, .heic)
    }

    /// What the profile says about colour, or else the few numbers that stand for one; sRGB needs no saying.
    var colourSpace: ColourSpace? {
        let count = unsafe heif_image_handle_get_raw_color_profile_size(handle)
        guard 1...ICCProfile.maxBytes ~= count else { return codePoints.flatMap { ColourSpace($0) } }
        var profile = [UInt8](repeating: 0, count: count)
        unsafe heif_image_handle_get_raw_color_profile(handle, &profile)
        return .icc(profile, .rgb)
    }

    /// Phones store 4:2:0; libheif brings what is stored otherwise to it. Only of more than 8 bits it makes R, G and B first,
    /// so that asking for these takes less.
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
        // ITU-T H.273 table 4: without a matrix the planes are green, blue and red.
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
        // libavif knows alpha of the same size and depth only, and does not look; libheif hands out any.
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

    /// The numbers of the file's "colr" box, or of the coded picture.
    private var codePoints: heif_color_profile_nclx? {
        var found: UnsafeMutablePointer<heif_color_profile_nclx>?
        if unsafe heif_image_handle_get_nclx_color_profile(handle, &found).code != heif_error_Ok {
            unsafe heif_image_get_nclx_color_profile(image, &found)
        }
        defer { unsafe heif_nclx_color_profile_free(found) }
        return unsafe found?.pointee
    }

    /// libheif's limit is the side of a square. Coded pictures end with whole blocks, and the tiles of a small one may
    /// reach far over its edge.
    private static func sizeLimit(_ header: ImageHeader) -> Int32 {
        let (block, floor) = (64, 1024)
        return Int32(clamping: max(header.width + block, header.height + block, floor))
    }

    @unsafe static func check(_ error: heif_error) throws(ImageError) {
        guard unsafe error.code != heif_error_Ok else { return }
        // Its limits count as memory, too.
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
