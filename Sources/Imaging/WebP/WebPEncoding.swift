import CImaging

extension GDImage {
    /// Encodes as WebP with libwebp's fastest settings; lossless if `quality` is nil, which is fastest for few colours.
    ///
    /// libgd always uses libwebp's method 4, which takes five times as long as method 0.
    func quickWebP(quality: Int?) throws(ImageError) -> [UInt8] {
        var (config, picture, writer) = unsafe (WebPConfig(), WebPPicture(), WebPMemoryWriter())
        guard unsafe WebPConfigInit(&config) != 0, unsafe WebPPictureInit(&picture) != 0 else { throw .outOfMemory }
        if let quality {
            config.quality = Float(quality)
            config.method = 0
            config.segments = 1
            config.alpha_filtering = 0
        } else {
            unsafe WebPConfigLosslessPreset(&config, 0)
        }
        unsafe picture.use_argb = 1
        unsafe (picture.width, picture.height) = (Int32(width), Int32(height))
        defer { unsafe WebPPictureFree(&picture) }
        guard unsafe WebPPictureAlloc(&picture) != 0 else { throw .outOfMemory }
        unsafe copyPixels(to: picture)
        unsafe WebPMemoryWriterInit(&writer)
        defer { unsafe WebPMemoryWriterClear(&writer) }
        let written = unsafe withUnsafeMutablePointer(to: &writer) { writer in
            unsafe picture.writer = WebPMemoryWrite
            unsafe picture.custom_ptr = UnsafeMutableRawPointer(writer)
            return unsafe WebPEncode(&config, &picture)
        }
        guard written != 0 else { throw .outOfMemory }
        return unsafe Array(UnsafeBufferPointer(start: writer.mem, count: writer.size))
    }

    @unsafe private func copyPixels(to picture: WebPPicture) {
        for y in 0..<height {
            unsafe row(y) { row in
                let line = unsafe picture.argb + y * Int(picture.argb_stride)
                for x in row.indices { unsafe line[x] = UInt32(truncatingIfNeeded: row[x]).withAlphaOf8Bits }
            }
        }
    }
}

extension UInt32 {
    /// A libgd pixel whose alpha is widened to 8 bits as in libgd's encoders; 255 is opaque.
    fileprivate var withAlphaOf8Bits: UInt32 {
        let alpha = self >> 24
        return self & 0xFF_FFFF | (255 - (alpha << 1 | alpha >> 6)) << 24
    }
}
