/// Decodes no more of a JPEG than its squares need: at a fraction of its size, a row at a time.
struct JPEGDecoding {
    let header: ImageHeader
    let square: PixelRect
    let sides: [Int]

    func bitmaps(of upload: [UInt8]) throws(ImageError) -> [Bitmap] {
        try unsafe upload.withUnsafeBufferPointer { bytes throws(ImageError) in
            try decode(unsafe JPEGReader(bytes))
        }
    }

    private func decode(_ opened: consuming JPEGReader) throws(ImageError) -> [Bitmap] {
        var reader = opened
        guard reader.width == header.width, reader.height == header.height else {
            throw .corrupt(.jpeg, reason: "It has two sizes")
        }
        let source = SourceSquare(square, eighths: eighths)
        var resamplers = sides.map { RowResampler(source, side: $0, isOpaque: true) }
        let columns = try reader.start(eighths: eighths, columns: source.columns)
        let needed = source.columns.lowerBound - columns.lowerBound
        let span = needed..<needed + source.columns.count
        try reader.skip(rows: source.rows.lowerBound)
        for _ in source.rows {
            try reader.next()
            for index in resamplers.indices {
                resamplers[index].push(reader.row.span.extracting(span))
            }
        }
        try reader.finish()
        return resamplers.map(\.bitmap)
    }

    /// The smallest decoded size that leaves the resampler twice the target: less loses sharpness, more only time.
    private var eighths: Int {
        let target = sides.max() ?? 0
        return [1, 2, 4].first { square.width * $0 / 8 >= 2 * target } ?? 8
    }
}
