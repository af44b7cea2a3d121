import CImaging

extension Bitmap {
    func encoded(as output: ImageOutput) throws(ImageError) -> [UInt8] {
        switch output.format {
        case .png: try png()
        case .jpeg, .gif, .webp, .avif, .heic: try onWhite.jpeg(quality: output.quality)
        }
    }

    private func jpeg(quality: Int) throws(ImageError) -> [UInt8] {
        // More than the worst noise takes at the best quality, counted in whole blocks of 16 × 16, and the tables.
        let capacity = (width + 15) * (height + 15) * 4 + 4096
        return try unsafe written(capacity) { pixels, bytes in
            unsafe portraitd_jpeg_encode(pixels, UInt32(width), UInt32(height), Int32(quality), bytes, capacity)
        }
    }

    private func png() throws(ImageError) -> [UInt8] {
        let isOpaque = isOpaque
        // zlib's manual, deflateBound: what cannot be compressed grows by an eighth and a 64th at most; and the chunks.
        let capacity = (width * (isOpaque ? 3 : 4) + 1) * height * 5 / 4 + 4096
        return try unsafe written(capacity) { pixels, bytes in
            unsafe portraitd_png_encode(pixels, UInt32(width), UInt32(height), isOpaque, bytes, capacity)
        }
    }

    @unsafe private func written(
        _ capacity: Int,
        by encode: (UnsafePointer<UInt8>?, UnsafeMutablePointer<UInt8>?) -> Int
    ) throws(ImageError) -> [UInt8] {
        let bytes = unsafe pixels.withUnsafeBytes { pixels in
            unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
                unsafe count = encode(pixels.assumingMemoryBound(to: UInt8.self).baseAddress, buffer.baseAddress)
            }
        }
        guard !bytes.isEmpty else { throw .outOfMemory }
        return Array(bytes)
    }
}
