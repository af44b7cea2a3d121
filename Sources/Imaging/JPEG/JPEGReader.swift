import CImaging

/// libjpeg's decoder; reads rows of a part of the picture at a fraction of its size.
@safe struct JPEGReader: ~Copyable {
    private let reader: OpaquePointer
    private let info: portraitd_jpeg_info
    private let limit: WorkLimit
    private(set) var row: [Pixel] = []

    /// Reads the file's header; `bytes` must stay valid while the reader lives.
    ///
    /// If `isDamaged`, lost parts become grey; otherwise damage is an error.
    @unsafe init(_ bytes: UnsafeBufferPointer<UInt8>, isDamaged: Bool, limit: WorkLimit) throws(ImageError) {
        guard
            let opened = unsafe portraitd_jpeg_open(bytes.baseAddress, bytes.count, isDamaged, Int64(limit.end))
        else { throw .outOfMemory }
        var found = portraitd_jpeg_info()
        guard unsafe portraitd_jpeg_read_info(opened, &found) else {
            let error = unsafe Self.error(of: opened, limit)
            unsafe portraitd_jpeg_close(opened)
            throw error
        }
        unsafe reader = opened
        info = found
        self.limit = limit
    }

    deinit { unsafe portraitd_jpeg_close(reader) }

    var width: Int { Int(info.width) }
    var height: Int { Int(info.height) }

    /// Whether the file holds CMYK instead of RGB or grey.
    var isInk: Bool { info.cmyk }

    /// The colour model of the file's samples.
    var numbers: ColourSpace.Numbers {
        guard !info.cmyk else { return .invertedCMYK }
        return info.grey ? .grey : .rgb
    }

    /// Starts decoding at `eighths`/8 of the size. Returns the columns that `row` will hold: one unused pixel, then at
    /// least `columns`.
    mutating func start(eighths: Int, columns: Range<Int>) throws(ImageError) -> Range<Int> {
        // One more column on each side, if the file has it, because chroma is interpolated across the edge.
        let decodedWidth = (width * eighths + 7) / 8
        var first = UInt32(max(columns.lowerBound - 1, 0))
        var count = UInt32(min(columns.upperBound + 1, decodedWidth)) - first
        try check(unsafe portraitd_jpeg_start(reader, UInt32(eighths), &first, &count))
        row = Array(repeating: .zero, count: 1 + Int(count))
        return Int(first) - 1..<Int(first + count)
    }

    func skip(rows: Int) throws(ImageError) {
        guard rows > 0 else { return }
        try check(unsafe portraitd_jpeg_skip_rows(reader, UInt32(rows)))
    }

    /// Decodes the next row into `row`. CMYK becomes RGB at once, because four inks leave no place for alpha.
    mutating func next(inkBy transform: ColourTransform?) throws(ImageError) {
        try unsafe fill(portraitd_jpeg_read_row)
        guard info.cmyk else { return }
        guard let transform else {
            for x in row.indices { row[x] = row[x].rgbOfInvertedInk }
            return
        }
        transform.convert(&row)
        for x in row.indices { row[x].w = 255 }
    }

    /// Reads the rest of the file; throws if it is damaged or missing.
    consuming func finish() throws(ImageError) {
        try unsafe fill(portraitd_jpeg_finish)
    }

    private mutating func fill(
        _ read: (OpaquePointer?, UnsafeMutablePointer<UInt8>?) -> Bool
    ) throws(ImageError) {
        let isRead = unsafe row.withUnsafeMutableBytes { bytes in
            // libjpeg-turbo writes a row past the cache if it starts at a multiple of 32 bytes. This row is read at
            // once, so it starts 4 bytes later.
            unsafe read(reader, bytes.assumingMemoryBound(to: UInt8.self).baseAddress?.advanced(by: 4))
        }
        try check(isRead)
    }

    private func check(_ succeeded: Bool) throws(ImageError) {
        guard succeeded else { throw unsafe Self.error(of: reader, limit) }
    }

    @unsafe private static func error(of reader: OpaquePointer, _ limit: WorkLimit) -> ImageError {
        guard unsafe !portraitd_jpeg_too_much_work(reader) else { return limit.exceeded }
        guard unsafe !portraitd_jpeg_out_of_memory(reader) else { return .outOfMemory }
        return .corrupt(.jpeg, reason: unsafe String(cString: portraitd_jpeg_message(reader)))
    }
}

extension Pixel {
    /// The simple conversion of CMYK to RGB, for a picture without a colour profile.
    fileprivate var rgbOfInvertedInk: Pixel {
        let light = SIMD4<UInt32>(truncatingIfNeeded: self)
        let mixed = (light &* light.w &+ 127) / 255
        return Pixel(UInt8(mixed.x), UInt8(mixed.y), UInt8(mixed.z), 255)
    }
}
