import CImaging

/// Decodes only the target square of a WebP; libwebp crops and shrinks while it decodes.
struct WebPDecoding {
    let target: DecodingTarget

    func image(of upload: [UInt8]) throws(ImageError) -> GDImage {
        let profile = ICCProfile.find(in: upload, .webp)
        let transform = target.colours.toSRGB(from: profile.map { .icc($0, .rgb) })
        return try unsafe upload.span.withUnsafeBufferPointer { bytes throws(ImageError) in
            try decode(unsafe WebPFrame(bytes, isAnimated: target.header.isAnimated), transform)
        }
    }

    private func decode(_ frame: WebPFrame, _ transform: ColourTransform?) throws(ImageError) -> GDImage {
        let header = target.header
        let picture = PixelRect(x: 0, y: 0, width: header.width, height: header.height)
        guard frame.rect != picture else { return try shrunk(frame, transform) }
        guard header.isAnimated else { throw .corrupt(.webp, reason: "It has two sizes") }
        return try composed(frame, transform)
    }

    private func shrunk(_ frame: WebPFrame, _ transform: ColourTransform?) throws(ImageError) -> GDImage {
        let square = target.square
        // The resampler gets twice the target size, as for JPEG.
        let side = frame.canScale ? min(square.width, 2 * target.side) : square.width
        let scale = Double(side) / Double(square.width)
        let (left, top) = frame.isLossless ? (0, 0) : (lead(to: square.x, scale), lead(to: square.y, scale))
        let crop = PixelRect(
            x: square.x - left,
            y: square.y - top,
            width: square.width + left,
            height: square.height + top
        )
        let width = Int((Double(crop.width) * scale).rounded())
        let height = Int((Double(crop.height) * scale).rounded())
        let pixels = try frame.pixels(of: crop, width: width, height: height)
        let (scaleX, scaleY) = (Double(width) / Double(crop.width), Double(height) / Double(crop.height))
        let source = SourceSquare(
            x: Double(left) * scaleX,
            y: Double(top) * scaleY,
            width: Double(square.width) * scaleX,
            height: Double(square.height) * scaleY
        )
        return try resampled(pixels, width: width, source, isOpaque: frame.isOpaque, transform)
    }

    /// Decodes a frame of an animation that covers only a part of the picture; the rest is transparent.
    private func composed(_ frame: WebPFrame, _ transform: ColourTransform?) throws(ImageError) -> GDImage {
        let (square, place) = (target.square, frame.rect)
        let columns = (square.x..<square.x + square.width).clamped(to: place.x..<place.x + place.width)
        let rows = (square.y..<square.y + square.height).clamped(to: place.y..<place.y + place.height)
        var pixels = [Pixel](repeating: .zero, count: square.width * square.height)
        if !columns.isEmpty, !rows.isEmpty {
            let (x, y) = ((columns.lowerBound - place.x) & ~1, (rows.lowerBound - place.y) & ~1)
            let crop = PixelRect(
                x: x,
                y: y,
                width: columns.upperBound - place.x - x,
                height: rows.upperBound - place.y - y
            )
            let shown = try frame.pixels(of: crop, width: crop.width, height: crop.height)
            for y in rows {
                for x in columns {
                    let index = (y - place.y - crop.y) * crop.width + x - place.x - crop.x
                    pixels[(y - square.y) * square.width + x - square.x] = shown[index]
                }
            }
        }
        let whole = PixelRect(x: 0, y: 0, width: square.width, height: square.height)
        return try resampled(pixels, width: square.width, SourceSquare(whole), isOpaque: false, transform)
    }

    private func resampled(
        _ pixels: [Pixel],
        width: Int,
        _ source: SourceSquare,
        isOpaque: Bool,
        _ transform: ColourTransform?
    ) throws(ImageError) -> GDImage {
        var resampler = try RowResampler<UInt8>(source, side: target.side, isOpaque: isOpaque, transform)
        for y in source.rows {
            let row = y * width..<(y + 1) * width
            resampler.push(pixels.span.extracting(row).extracting(source.columns))
        }
        return resampler.image
    }

    /// The number of extra pixels to decode before `start`, at most 15, so that the crop begins at an even pixel. The
    /// number is chosen so that at `scale` the extra pixels are closest to whole pixels: a fraction would mix into the
    /// first pixel shown.
    private func lead(to start: Int, _ scale: Double) -> Int {
        let leads = stride(from: start & 1, through: min(start, 15), by: 2)
        func mixed(_ lead: Int) -> Double { abs(Double(lead) * scale - (Double(lead) * scale).rounded()) }
        return leads.min { mixed($0) < mixed($1) } ?? 0
    }
}

/// Decodes the first frame of a WebP with libwebp.
@safe struct WebPFrame {
    private let data: UnsafeBufferPointer<UInt8>
    private let features: WebPBitstreamFeatures

    /// The position and size of the frame in the picture.
    let rect: PixelRect

    /// `bytes` must stay valid as long as the frame is used.
    @unsafe init(_ bytes: UnsafeBufferPointer<UInt8>, isAnimated: Bool) throws(ImageError) {
        let (place, fragment) = try unsafe isAnimated ? Self.first(of: bytes) : ((0, 0), bytes)
        var found = WebPBitstreamFeatures()
        try Self.check(unsafe WebPGetFeatures(fragment.baseAddress, fragment.count, &found))
        unsafe data = fragment
        features = found
        rect = PixelRect(x: place.0, y: place.1, width: Int(found.width), height: Int(found.height))
    }

    var isOpaque: Bool { features.has_alpha == 0 }

    /// Whether libwebp shrinks the frame well: with alpha, only its lossless decoder filters premultiplied colours.
    var canScale: Bool { isOpaque || isLossless }

    /// Whether the frame is lossless; a crop of a lossy frame begins only at even pixels, at the start of a chroma
    /// sample.
    var isLossless: Bool { features.format == 2 }

    /// Decodes `crop`, in pixels of the frame, and shrinks it to `width` × `height`.
    func pixels(of crop: PixelRect, width: Int, height: Int) throws(ImageError) -> [Pixel] {
        var config = unsafe WebPDecoderConfig()
        guard unsafe WebPInitDecoderConfig(&config) != 0 else { throw .outOfMemory }
        unsafe config.options.use_cropping = 1
        unsafe config.options.crop_left = Int32(crop.x)
        unsafe config.options.crop_top = Int32(crop.y)
        unsafe config.options.crop_width = Int32(crop.width)
        unsafe config.options.crop_height = Int32(crop.height)
        unsafe config.options.use_scaling = (width, height) == (crop.width, crop.height) ? 0 : 1
        unsafe config.options.scaled_width = Int32(width)
        unsafe config.options.scaled_height = Int32(height)
        unsafe config.output.colorspace = MODE_RGBA
        unsafe config.output.is_external_memory = 1
        var pixels = [Pixel](repeating: .zero, count: width * height)
        let status = unsafe pixels.withUnsafeMutableBytes { buffer in
            unsafe config.output.u.RGBA.rgba = buffer.bindMemory(to: UInt8.self).baseAddress
            unsafe config.output.u.RGBA.stride = Int32(width * MemoryLayout<Pixel>.stride)
            unsafe config.output.u.RGBA.size = buffer.count
            return unsafe WebPDecode(data.baseAddress, data.count, &config)
        }
        try Self.check(status)
        return pixels
    }

    /// Finds the first frame of an animation; its data lies in `bytes`, as the demuxer makes no copy.
    @unsafe private static func first(
        of bytes: UnsafeBufferPointer<UInt8>
    ) throws(ImageError) -> ((Int, Int), UnsafeBufferPointer<UInt8>) {
        var file = unsafe WebPData(bytes: bytes.baseAddress, size: bytes.count)
        let demuxer = unsafe WebPDemux(&file)
        defer { unsafe WebPDemuxDelete(demuxer) }
        var iterator = unsafe WebPIterator()
        guard unsafe WebPDemuxGetFrame(demuxer, 1, &iterator) != 0 else {
            throw .corrupt(.webp, reason: "Its first frame is damaged or incomplete")
        }
        defer { unsafe WebPDemuxReleaseIterator(&iterator) }
        let fragment = unsafe UnsafeBufferPointer(start: iterator.fragment.bytes, count: iterator.fragment.size)
        return unsafe ((Int(iterator.x_offset), Int(iterator.y_offset)), fragment)
    }

    private static func check(_ status: VP8StatusCode) throws(ImageError) {
        switch status {
        case VP8_STATUS_OK: return
        case VP8_STATUS_OUT_OF_MEMORY: throw .outOfMemory
        case VP8_STATUS_NOT_ENOUGH_DATA, VP8_STATUS_SUSPENDED:
            throw .corrupt(.webp, reason: "It ends too early")
        default: throw .corrupt(.webp, reason: "Its pixels are damaged")
        }
    }
}
