import CImaging

/// The first frame of a WebP, as libwebp decodes it.
@safe struct WebPFrame {
    private let data: UnsafeBufferPointer<UInt8>
    private let features: WebPBitstreamFeatures

    /// Where the frame lies on the picture.
    let rect: PixelRect

    /// `bytes` must stay where they are for as long as the frame is used.
    @unsafe init(_ bytes: UnsafeBufferPointer<UInt8>, isAnimated: Bool) throws(ImageError) {
        let (place, fragment) = try unsafe isAnimated ? Self.first(of: bytes) : ((0, 0), bytes)
        var found = WebPBitstreamFeatures()
        try Self.check(unsafe WebPGetFeatures(fragment.baseAddress, fragment.count, &found))
        unsafe data = fragment
        features = found
        rect = PixelRect(x: place.0, y: place.1, width: Int(found.width), height: Int(found.height))
    }

    var isOpaque: Bool { features.has_alpha == 0 }

    /// Whether libwebp shrinks the frame well: it filters RGB beside alpha premultiplied only in its lossless format.
    var canScale: Bool { isOpaque || isLossless }

    /// Whether the pixels are stored as they are: else libwebp begins a crop at even ones only, where a chroma does.
    var isLossless: Bool { features.format == 2 }

    /// Decodes `crop`, which is in pixels of the frame, shrunk to `width` × `height`.
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

    /// The demuxer holds no copy: what it finds lies in `bytes`.
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
