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
        let space = reader.colourSpace
        guard !reader.isDeep else {
            let pixels: [DeepPixel] = try pixels(of: reader)
            try reader.finish()
            return target.sRGB(pixels, from: space)
        }
        let pixels: [Pixel] = try pixels(of: reader)
        try reader.finish()
        let bitmap = Bitmap(width: target.side, height: target.side, pixels: pixels)
        return target.sRGB(bitmap, target.colours.toSRGB(from: space))
    }

    private func pixels<Number: PixelNumber>(
        of reader: borrowing PNGReader
    ) throws(ImageError) -> [SIMD4<Number>] {
        try reader.isInterlaced ? passes(of: reader) : rows(of: reader)
    }

    private func rows<Number: PixelNumber>(
        of reader: borrowing PNGReader
    ) throws(ImageError) -> [SIMD4<Number>] {
        let source = SourceSquare(target.square)
        let isOpaque = reader.isOpaque
        var resampler = RowResampler<Number>(source, side: target.side, isOpaque: isOpaque)
        var row = [SIMD4<Number>](repeating: .zero, count: reader.width)
        try reader.skip(rows: source.rows.lowerBound)
        for _ in source.rows {
            try reader.next(into: &row)
            resampler.push(row.span.extracting(source.columns))
        }
        try reader.skip(rows: reader.height - source.rows.upperBound)
        return resampler.pixels
    }

    private func passes<Number: PixelNumber>(
        of reader: borrowing PNGReader
    ) throws(ImageError) -> [SIMD4<Number>] {
        let source = SourceSquare(target.square)
        var resampler = PassResampler<Number>(source, side: target.side)
        var row = [SIMD4<Number>](repeating: .zero, count: reader.width)
        for pass in Adam7Pass.all(width: reader.width, height: reader.height) {
            for y in pass.rows {
                try reader.next(into: &row)
                guard source.rows ~= y else { continue }
                resampler.add(row.span, at: pass.columns, row: y)
            }
        }
        return resampler.pixels
    }
}
