import CImaging

/// A picture in 4:2:0 that receives the tiles of a grid one by one, after each is decoded.
@safe struct HEICCanvas: ~Copyable {
    private static let channels = [(heif_channel_Y, 1), (heif_channel_Cb, 2), (heif_channel_Cr, 2)]

    private let width: Int
    private let height: Int
    private var image: OpaquePointer?

    init(width: Int, height: Int) throws(ImageError) {
        self.width = width
        self.height = height
        try unsafe HEICReader.check(
            heif_image_create(
                Int32(clamping: width),
                Int32(clamping: height),
                heif_colorspace_YCbCr,
                heif_chroma_420,
                &image
            )
        )
    }

    deinit { unsafe heif_image_release(image) }

    /// Returns the picture, which the caller must release.
    consuming func take() throws(ImageError) -> OpaquePointer {
        guard let taken = unsafe image else { throw .outOfMemory }
        unsafe image = nil
        return unsafe taken
    }

    /// Copies the part of a tile that lies inside the picture.
    /// - Throws: `ImageError.corrupt` if the tile has another size or depth than the grid.
    @unsafe func draw(_ tile: OpaquePointer, _ index: Int, of grid: TileGrid) throws(ImageError) {
        if index == 0 { try unsafe prepare(tile) }
        let (column, row) = (index % grid.columns, index / grid.columns)
        for (channel, share) in Self.channels {
            let depth = unsafe heif_image_get_bits_per_pixel_range(tile, channel)
            guard unsafe depth == heif_image_get_bits_per_pixel_range(image, channel),
                unsafe Int(heif_image_get_width(tile, channel)) == grid.width / share,
                unsafe Int(heif_image_get_height(tile, channel)) == grid.height / share
            else { throw .corrupt(.heic, reason: "Its tiles are not alike") }
            let place = PixelRect(
                x: column * grid.width / share,
                y: row * grid.height / share,
                width: grid.width / share,
                height: grid.height / share
            )
            guard let shown = place.clamped(width: (width + share - 1) / share, height: (height + share - 1) / share)
            else { continue }
            var (sourceStride, targetStride): (Int32, Int32) = (0, 0)
            guard let source = unsafe heif_image_get_plane_readonly(tile, channel, &sourceStride),
                let target = unsafe heif_image_get_plane(image, channel, &targetStride)
            else { throw .outOfMemory }
            let bytes = depth > 8 ? 2 : 1
            for y in 0..<shown.height {
                let line = unsafe target + (shown.y + y) * Int(targetStride) + shown.x * bytes
                unsafe line.update(from: source + y * Int(sourceStride), count: shown.width * bytes)
            }
        }
    }

    /// Adds planes with the depth of the first tile, and copies the colour code points of the tile.
    @unsafe private func prepare(_ tile: OpaquePointer) throws(ImageError) {
        for (channel, share) in Self.channels {
            let depth = unsafe heif_image_get_bits_per_pixel_range(tile, channel)
            guard 8...16 ~= depth else { throw .corrupt(.heic, reason: "Its tiles are not alike") }
            try unsafe HEICReader.check(
                heif_image_add_plane(
                    image,
                    channel,
                    Int32(clamping: (width + share - 1) / share),
                    Int32(clamping: (height + share - 1) / share),
                    depth
                )
            )
        }
        var points: UnsafeMutablePointer<heif_color_profile_nclx>?
        guard unsafe heif_image_get_nclx_color_profile(tile, &points).code == heif_error_Ok else { return }
        defer { unsafe heif_nclx_color_profile_free(points) }
        try unsafe HEICReader.check(heif_image_set_nclx_color_profile(image, points))
    }
}
