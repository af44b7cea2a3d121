/// Decodes no more of a JPEG than its squares need: at a fraction of its size, a row at a time.
struct JPEGDecoding {
    let target: DecodingTarget

    func bitmaps(of upload: [UInt8]) throws(ImageError) -> [Bitmap] {
        let profile = ICCProfile.find(in: upload, .jpeg)
        return try unsafe upload.withUnsafeBufferPointer { bytes throws(ImageError) in
            try decode(unsafe JPEGReader(bytes, limit: target.limit), profile: profile)
        }
    }

    private func decode(_ opened: consuming JPEGReader, profile: [UInt8]?) throws(ImageError) -> [Bitmap] {
        var reader = opened
        guard reader.width == target.header.width, reader.height == target.header.height else {
            throw .corrupt(.jpeg, reason: "It has two sizes")
        }
        let numbers = reader.numbers
        let transform = target.colours.toSRGB(from: profile.map { .icc($0, numbers) })
        let source = SourceSquare(target.square, eighths: eighths)
        var resamplers = target.sides.map { RowResampler(source, side: $0, isOpaque: true) }
        let columns = try reader.start(eighths: eighths, columns: source.columns)
        let needed = source.columns.lowerBound - columns.lowerBound
        let span = needed..<needed + source.columns.count
        try reader.skip(rows: source.rows.lowerBound)
        for _ in source.rows {
            try reader.next(inkBy: transform)
            for index in resamplers.indices {
                resamplers[index].push(reader.row.span.extracting(span))
            }
        }
        let isInk = reader.isInk
        try reader.finish()
        return resamplers.map { target.sRGB($0.bitmap, isInk ? nil : transform) }
    }

    /// The smallest decoded size that leaves the resampler twice the target: less loses sharpness, more only time.
    private var eighths: Int {
        let side = target.sides.max() ?? 0
        return [1, 2, 4].first { target.square.width * $0 / 8 >= 2 * side } ?? 8
    }
}
