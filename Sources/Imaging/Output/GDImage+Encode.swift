import CGD
import CImaging
import Glibc

extension GDImage {
    /// What making a square of this side and encoding it as `format` take at most, in bytes.
    package static func memory(side: Int, encodingAs format: ImageFormat, isOpaque: Bool = false) -> Int {
        // Measured with photographs and with noise, each opaque and not, from 64² to 2048²: the square as sums and pixels,
        // what the encoder makes of it, and the bytes. Alpha that is nothing but noise takes half as much again in WebP.
        let (fixed, perPixel) =
            switch format {
            case .webp: isOpaque ? (0, 24) : (1 << 20, 34)
            case .avif: (5 << 20, 32)
            case .jpeg, .png, .gif, .heic: (0, 18)
            }
        return fixed + perPixel * side * side
    }

    /// The picture as a file without any metadata; in JPEG on the encoding's background.
    package func encoded(as format: ImageFormat, _ encoding: ImageEncoding) throws(ImageError) -> [UInt8] {
        switch format {
        case .png: try png(encoding)
        case .webp: try webp(encoding)
        case .avif: try avif(encoding)
        case .jpeg, .gif, .heic: try isOpaque ? jpeg(encoding) : on(encoding.background).jpeg(encoding)
        }
    }

    /// In 4:2:0, from quality 90 on in 4:4:4: libgd's rule.
    private func jpeg(_ encoding: ImageEncoding) throws(ImageError) -> [UInt8] {
        let isProgressive = encoding.isProgressive && !encoding.effort.isLeast
        unsafe gdImageInterlace(handle, isProgressive ? 1 : 0)
        // 1:1, for libgd writes a resolution.
        unsafe gdImageSetResolution(handle, 1, 1)
        let jpeg = try unsafe bytes { unsafe gdImageJpegPtr(handle, &$0, Int32(encoding.jpegQuality)) }
        return isProgressive || encoding.effort != .usual ? jpeg.withoutComment : try Self.optimised(jpeg)
    }

    /// The same coefficients in codes made for them, which libgd does for progressive files only. That saves 2 % of 512² and
    /// 14 % of 64². Progressive files are 2 % smaller still at 512² but 10 % larger at 64², and take 1.6 times as long.
    private static func optimised(_ jpeg: [UInt8]) throws(ImageError) -> [UInt8] {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: jpeg.count) { buffer, count in
            unsafe count = portraitd_jpeg_optimise(jpeg, jpeg.count, buffer.baseAddress, buffer.count)
        }
        guard !bytes.isEmpty else { throw .outOfMemory }
        return bytes
    }

    private func png(_ encoding: ImageEncoding) throws(ImageError) -> [UInt8] {
        guard !encoding.effort.isLeast else { return try quickPNG() }
        unsafe gdImageInterlace(handle, 0)
        unsafe gdImageSaveAlpha(handle, isOpaque ? 0 : 1)
        // Of a photograph of 512² 1 takes 16 ms, 4 takes 35 ms for 9 % less, and zlib's usual 6 65 ms for nothing more.
        return try unsafe bytes { unsafe gdImagePngPtrEx(handle, &$0, encoding.effort == .usual ? 4 : 1) }
            .withoutResolution
    }

    /// Each byte as its difference from the one above, and only repetitions found. libgd has libpng try five filters a row,
    /// and has no call for zlib's strategy: that takes three times as long.
    private func quickPNG() throws(ImageError) -> [UInt8] {
        var count = 0
        let (columns, rows) = (UInt32(width), UInt32(height))
        guard let written = unsafe portraitd_png_write(handle.pointee.tpixels, columns, rows, isOpaque, &count) else {
            throw .outOfMemory
        }
        defer { unsafe free(written) }
        return unsafe Array(UnsafeBufferPointer(start: written, count: count))
    }

    private func webp(_ encoding: ImageEncoding) throws(ImageError) -> [UInt8] {
        switch encoding.effort {
        case .usual, .little: try unsafe bytes { unsafe gdImageWebpPtrEx(handle, &$0, Int32(encoding.webpQuality)) }
        case .least(let isDrawn): try quickWebP(quality: isDrawn ? nil : encoding.webpQuality)
        }
    }

    /// Copies what libgd has written; nothing means that there was no memory.
    @unsafe private func bytes(_ write: (inout Int32) -> UnsafeMutableRawPointer?) throws(ImageError) -> [UInt8] {
        var count: Int32 = 0
        guard let written = unsafe write(&count) else { throw .outOfMemory }
        defer { unsafe gdFree(written) }
        return unsafe Array(UnsafeRawBufferPointer(start: written, count: Int(count)))
    }
}

extension [UInt8] {
    /// A JPEG of libgd's, which says "CREATOR: gd-jpeg …" in a comment before all tables, and that pixels are square by a
    /// number of dots for each inch: JFIF 1.02 has a unit for the ratio alone.
    fileprivate var withoutComment: [UInt8] {
        let (header, unit) = (2..<20, 13)
        guard count > 24, self[20] == 0xFF, self[21] == 0xFE else { return self }
        let end = 22 + Int(self[22]) << 8 + Int(self[23])
        var head = self[header.lowerBound - 2..<header.upperBound]
        head[unit] = 0
        return Array(head) + self[end...]
    }

    /// A PNG of libgd's without the chunk pHYs of 9 bytes, which comes after the header.
    fileprivate var withoutResolution: [UInt8] {
        let place = 33..<54
        guard count > place.upperBound, self[place].dropFirst(4).starts(with: "pHYs".utf8) else { return self }
        return Array(self[..<place.lowerBound]) + self[place.upperBound...]
    }
}
