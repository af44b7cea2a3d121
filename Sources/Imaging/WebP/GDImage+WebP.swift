import CImaging

extension GDImage {
    /// WebP by the least work that libwebp does; without a quality it loses nothing, which is least for few colours.
    ///
    /// libgd always takes libwebp's method 4, five times as long as 0.
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
    /// libgd's pixel with alpha as its encoders make it, 255 opaque.
    fileprivate var withAlphaOf8Bits: UInt32 {
        let alpha = self >> 24
        return self & 0xFF_FFFF | (255 - (alpha << 1 | alpha >> 6)) << 24
    }
}
