import CImaging

extension Bitmap {
    /// Lossy WebP, with lossless alpha where there is any.
    func webp(quality: Int) throws(ImageError) -> [UInt8] {
        var config = WebPConfig()
        var picture = unsafe WebPPicture()
        guard unsafe WebPConfigInit(&config) != 0, unsafe WebPPictureInit(&picture) != 0 else { throw .outOfMemory }
        defer { unsafe WebPPictureFree(&picture) }
        config.quality = Float(quality)
        unsafe picture.width = Int32(width)
        unsafe picture.height = Int32(height)
        let isImported = unsafe pixels.withUnsafeBytes { bytes in
            let first = unsafe bytes.assumingMemoryBound(to: UInt8.self).baseAddress
            return unsafe WebPPictureImportRGBA(&picture, first, Int32(width * MemoryLayout<Pixel>.stride))
        }
        guard isImported != 0 else { throw .outOfMemory }
        return try unsafe Self.write(&picture, config)
    }

    @unsafe private static func write(
        _ picture: inout WebPPicture,
        _ config: WebPConfig
    ) throws(ImageError) -> [UInt8] {
        var writer = unsafe WebPMemoryWriter()
        unsafe WebPMemoryWriterInit(&writer)
        defer { unsafe WebPMemoryWriterClear(&writer) }
        unsafe picture.writer = unsafe WebPMemoryWrite
        let isWritten = unsafe withUnsafeMutablePointer(to: &writer) { writer in
            unsafe picture.custom_ptr = UnsafeMutableRawPointer(writer)
            return unsafe withUnsafePointer(to: config) { unsafe WebPEncode($0, &picture) }
        }
        guard isWritten != 0 else { throw .outOfMemory }
        return unsafe Array(UnsafeBufferPointer(start: writer.mem, count: writer.size))
    }
}
