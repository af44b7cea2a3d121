import CImaging

/// libpng's decoder; reads rows as R, G, B, A of 16 bits if the file has 16 bits, else of 8 bits.
@safe struct PNGReader: ~Copyable {
    private let reader: OpaquePointer
    private let info: portraitd_png_info
    private let limit: WorkLimit

    /// Reads all chunks before the pixels; `bytes` must stay valid while the reader lives.
    @unsafe init(_ bytes: UnsafeBufferPointer<UInt8>, limit: WorkLimit) throws(ImageError) {
        guard let opened = unsafe portraitd_png_open(bytes.baseAddress, bytes.count) else { throw .outOfMemory }
        var found = portraitd_png_info()
        guard unsafe portraitd_png_read_info(opened, &found) else {
            let error = unsafe Self.error(of: opened)
            unsafe portraitd_png_close(opened)
            throw error
        }
        unsafe reader = opened
        info = found
        self.limit = limit
    }

    deinit { unsafe portraitd_png_close(reader) }

    var width: Int { Int(info.width) }
    var height: Int { Int(info.height) }

    /// Whether every alpha is 255.
    var isOpaque: Bool { info.opaque }

    /// Whether rows consist of `DeepPixel` instead of `Pixel`.
    var isDeep: Bool { info.deep }

    /// Whether rows come in the passes of `Adam7Pass`.
    var isInterlaced: Bool { info.interlaced }

    /// The colour space of the colour chunks; nil means sRGB.
    var colourSpace: ColourSpace? {
        var count = 0
        if let profile = unsafe portraitd_png_profile(reader, &count) {
            let bytes = unsafe Array(UnsafeBufferPointer(start: profile, count: count))
            return .icc(bytes, info.grey ? .grey : .rgb)
        }
        let sRGB = ColourSpace.sRGBChromaticities
        let xy = info.chromaticities
        let found = [xy.0, xy.1, xy.2, xy.3, xy.4, xy.5, xy.6, xy.7]
        let isSRGB = !info.has_chromaticities || zip(found, sRGB).allSatisfy { abs($0 - $1) < 0.005 }
        // §11.3.2.5 recommends a gamma of 1/2.2 for sRGB images.
        guard info.gamma > 0, !isSRGB || abs(info.gamma - 1 / 2.2) > 0.01 else { return nil }
        return .curve(.power(1 / info.gamma), chromaticities: isSRGB ? sRGB : found)
    }

    /// Decodes the next row, or the next row of the pass, to the start of `row`. `row` has at least the picture's
    /// width, and its pixels have the type that `isDeep` tells.
    func next<Number: PixelNumber>(into row: inout [SIMD4<Number>]) throws(ImageError) {
        try limit.check()
        let isRead = unsafe row.withUnsafeMutableBytes { bytes in
            unsafe portraitd_png_read_row(reader, bytes.assumingMemoryBound(to: UInt8.self).baseAddress)
        }
        try check(isRead)
    }

    /// Reads and drops the next rows; throws if they are missing or damaged.
    func skip(rows: Int) throws(ImageError) {
        for _ in 0..<rows {
            try limit.check()
            try check(unsafe portraitd_png_read_row(reader, nil))
        }
    }

    /// Reads the chunks after the pixels; throws if they are damaged. The checksum of the pixels may be missing.
    consuming func finish() throws(ImageError) {
        try check(unsafe portraitd_png_finish(reader))
    }

    private func check(_ succeeded: Bool) throws(ImageError) {
        guard succeeded else { throw unsafe Self.error(of: reader) }
    }

    @unsafe private static func error(of reader: OpaquePointer) -> ImageError {
        guard unsafe !portraitd_png_out_of_memory(reader) else { return .outOfMemory }
        return .corrupt(.png, reason: unsafe String(cString: portraitd_png_message(reader)))
    }
}
