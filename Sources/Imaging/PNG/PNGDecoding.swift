/// Decodes a PNG a row at a time.
struct PNGDecoding {
    let target: DecodingTarget

    func bitmap(of upload: [UInt8]) throws(ImageError) -> Bitmap {
        try unsafe upload.withUnsafeBufferPointer { bytes throws(ImageError) in
            try decode(unsafe PNGReader(bytes, limit: target.limit))
        }
    }

    private func decode(_ reader: consuming PNGReader) throws(ImageError) -> Bitmap {
        guard reader.width == target.header.width, reader.height == target.header.height else {
            throw .corrupt(.png, reason: "It has two sizes")
        }
        let bitmap = try reader.isInterlaced ? passes(of: reader) : rows(of: reader)
        let transform = target.colours.toSRGB(from: reader.colourSpace)
        try reader.finish()
        return target.sRGB(bitmap, transform)
    }

    private func rows(of reader: borrowing PNGReader) throws(ImageError) -> Bitmap {
        let source = SourceSquare(target.square)
        let isOpaque = reader.isOpaque
        var resampler = RowResampler(source, side: target.side, isOpaque: isOpaque)
        var row = [Pixel](repeating: .zero, count: reader.width)
        try reader.skip(rows: source.rows.lowerBound)
        for _ in source.rows {
            try reader.next(into: &row)
            resampler.push(row.span.extracting(source.columns))
        }
        try reader.skip(rows: reader.height - source.rows.upperBound)
        return resampler.bitmap
    }

    private func passes(of reader: borrowing PNGReader) throws(ImageError) -> Bitmap {
        let source = SourceSquare(target.square)
        var resampler = PassResampler(source, side: target.side)
        var row = [Pixel](repeating: .zero, count: reader.width)
        for pass in Adam7Pass.all(width: reader.width, height: reader.height) {
            for y in pass.rows {
                try reader.next(into: &row)
                guard source.rows ~= y else { continue }
                resampler.add(row.span, at: pass.columns, row: y)
            }
        }
        return resampler.bitmap
    }
}
