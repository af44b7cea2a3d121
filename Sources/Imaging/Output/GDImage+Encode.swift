import CGD
import CImaging
import Glibc

extension GDImage {
    /// The most memory that making a square of this side and encoding it as `format` takes, in bytes.
    package static func memory(side: Int, encodingAs format: ImageFormat, isOpaque: Bool = false) -> Int {
        // Measured with photographs and with noise, opaque and not, from 64² to 2048²: the square as sums and pixels,
        // the buffers of the encoder, and the encoded bytes. In WebP, alpha of pure noise takes half as much again.
        let (fixed, perPixel) =
            switch format {
            case .webp: isOpaque ? (0, 24) : (1 << 20, 34)
            case .avif: (5 << 20, 32)
            case .jpeg, .png, .gif, .heic: (0, 18)
            }
        return fixed + perPixel * side * side
    }

    /// Encodes the picture without metadata; JPEG shows the encoding's background through transparent parts.
    package func encoded(as format: ImageFormat, _ encoding: ImageEncoding) throws(ImageError) -> [UInt8] {
        switch format {
        case .png: try png(encoding)
        case .webp: try webp(encoding)
        case .avif: try avif(encoding)
        case .jpeg, .gif, .heic: try isOpaque ? jpeg(encoding) : on(encoding.background).jpeg(encoding)
        }
    }

    /// Chroma is 4:2:0, and 4:4:4 from quality 90 on: libgd's rule.
    private func jpeg(_ encoding: ImageEncoding) throws(ImageError) -> [UInt8] {
        let isProgressive = encoding.isProgressive && !encoding.effort.isLeast
        unsafe gdImageInterlace(handle, isProgressive ? 1 : 0)
        // libgd always writes a resolution; 1:1 means square pixels.
        unsafe gdImageSetResolution(handle, 1, 1)
        let jpeg = try unsafe bytes { unsafe gdImageJpegPtr(handle, &$0, Int32(encoding.jpegQuality)) }
        return isProgressive || encoding.effort != .usual ? jpeg.withoutComment : try Self.optimised(jpeg)
    }

    /// Recodes the same coefficients with optimised Huffman codes, which libgd makes only for progressive files. That
    /// saves 2 % at 512² and 14 % at 64². Progressive files are 2 % smaller still at 512² but 10 % larger at 64², and
    /// take 1.6 times as long.
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
        // For a photograph of 512², level 1 takes 16 ms, level 4 takes 35 ms for 9 % fewer bytes, and zlib's default,
        // level 6, takes 65 ms and saves nothing more.
        return try unsafe bytes { unsafe gdImagePngPtrEx(handle, &$0, encoding.effort == .usual ? 4 : 1) }
            .withoutResolution
    }

    /// Uses only the filter Up and zlib's run-length strategy. libgd takes three times as long: it lets libpng try five
    /// filters for each row, and cannot set zlib's strategy.
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

    /// Copies the bytes that libgd writes; throws `outOfMemory` if libgd returns nil.
    @unsafe private func bytes(_ write: (inout Int32) -> UnsafeMutableRawPointer?) throws(ImageError) -> [UInt8] {
        var count: Int32 = 0
        guard let written = unsafe write(&count) else { throw .outOfMemory }
        defer { unsafe gdFree(written) }
        return unsafe Array(UnsafeRawBufferPointer(start: written, count: Int(count)))
    }
}

extension [UInt8] {
    /// A JPEG by libgd without its comment "CREATOR: gd-jpeg …", which stands before all tables. libgd states square
    /// pixels by the same number of dots per inch in both directions; unit 0 of JFIF 1.02 states the ratio alone.
    fileprivate var withoutComment: [UInt8] {
        let (header, unit) = (2..<20, 13)
        guard count > 24, self[20] == 0xFF, self[21] == 0xFE else { return self }
        let end = 22 + Int(self[22]) << 8 + Int(self[23])
        var head = self[header.lowerBound - 2..<header.upperBound]
        head[unit] = 0
        return Array(head) + self[end...]
    }

    /// A PNG by libgd without its pHYs chunk, which follows the header and has 9 bytes of content.
    fileprivate var withoutResolution: [UInt8] {
        let place = 33..<54
        guard count > place.upperBound, self[place].dropFirst(4).starts(with: "pHYs".utf8) else { return self }
        return Array(self[..<place.lowerBound]) + self[place.upperBound...]
    }
}
