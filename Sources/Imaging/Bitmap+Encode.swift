import CImaging

extension Bitmap {
    func encoded(as output: ImageOutput) throws(ImageError) -> [UInt8] {
        switch output.format {
        case .png: try GDImage(self).png()
        case .jpeg, .gif, .webp: try onWhite.jpeg(quality: output.quality)
        }
    }

    private func jpeg(quality: Int) throws(ImageError) -> [UInt8] {
        // More than the worst noise takes at the best quality, counted in whole blocks of 16 × 16, and the tables.
        let capacity = (width + 15) * (height + 15) * 4 + 4096
        let bytes = unsafe pixels.withUnsafeBytes { pixels in
            unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
                unsafe count = portraitd_jpeg_encode(
                    pixels.assumingMemoryBound(to: UInt8.self).baseAddress,
                    UInt32(width),
                    UInt32(height),
                    Int32(quality),
                    buffer.baseAddress,
                    capacity
                )
            }
        }
        guard !bytes.isEmpty else { throw .outOfMemory }
        return Array(bytes)
    }
}
