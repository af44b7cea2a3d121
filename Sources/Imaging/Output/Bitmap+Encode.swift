import CImaging

extension Bitmap {
    /// What making a square of this side and encoding it as `format` take at most, in bytes.
    package static func memory(side: Int, encodingAs format: ImageFormat) -> Int {
        // Measured: the square as sums, pixels and bytes.
        let encoder = format == .avif ? 5 << 20 + 8 * side * side : 0
        return 24 * side * side + encoder
    }

    /// The picture as a file; in JPEG on the encoding's background.
    package func encoded(as format: ImageFormat, _ encoding: ImageEncoding) throws(ImageError) -> [UInt8] {
        switch format {
        case .png: try png()
        case .webp: try webp(quality: encoding.webpQuality)
        case .avif: try avif(quality: encoding.avifQuality)
        case .jpeg, .gif, .heic: try on(encoding.background).jpeg(encoding)
        }
    }

    private func jpeg(_ encoding: ImageEncoding) throws(ImageError) -> [UInt8] {
        // More than the worst noise takes at the best quality, counted in whole blocks of 16 × 16, and the tables.
        let capacity = (width + 15) * (height + 15) * (encoding.chromaSubsampling == .none ? 8 : 4) + 4096
        let options = portraitd_jpeg_options(
            quality: Int32(encoding.jpegQuality),
            progressive: encoding.isProgressive,
            full_chroma: encoding.chromaSubsampling == .none
        )
        return try unsafe written(capacity) { pixels, bytes in
            unsafe portraitd_jpeg_encode(pixels, UInt32(width), UInt32(height), options, bytes, capacity)
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
