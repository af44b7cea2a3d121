/// Decodes a PNG a row at a time; around the frame of an animation the canvas is transparent.
struct PNGDecoding {
    let target: DecodingTarget

    func bitmap(of upload: [UInt8]) throws(ImageError) -> Bitmap {
        let file = try PNGFile(ByteReader(upload))
        let bytes = file.needsRewriting ? try file.rewritten() : upload
        return try unsafe bytes.withUnsafeBufferPointer { bytes throws(ImageError) in
            try decode(unsafe PNGReader(bytes, limit: target.limit), file)
        }
    }

    private func decode(_ reader: consuming PNGReader, _ file: PNGFile) throws(ImageError) -> Bitmap {
        guard reader.width == file.rect.width, reader.height == file.rect.height else {
            throw .corrupt(.png, reason: "It has two sizes")
        }
        // Code points come before all other chunks that speak of colour: PNG (third edition) §4.3.
        let space = file.codePoints.flatMap(CodePoints.init(png:)).map(ColourSpace.init) ?? reader.colourSpace
        guard !reader.isDeep else {
            let pixels: [DeepPixel] = try pixels(of: reader, at: file.rect)
            try reader.finish()
            return target.sRGB(pixels, from: space)
        }
        let pixels: [Pixel] = try pixels(of: reader, at: file.rect)
        try reader.finish()
        let bitmap = Bitmap(width: target.side, height: target.side, pixels: pixels)
        return target.sRGB(bitmap, target.colours.toSRGB(from: space))
    }

    private func pixels<Number: PixelNumber>(
        of reader: borrowing PNGReader,
        at rect: PixelRect
    ) throws(ImageError) -> [SIMD4<Number>] {
        try reader.isInterlaced ? passes(of: reader, at: rect) : rows(of: reader, at: rect)
    }

    private func rows<Number: PixelNumber>(
        of reader: borrowing PNGReader,
        at rect: PixelRect
    ) throws(ImageError) -> [SIMD4<Number>] {
        let source = SourceSquare(target.square)
        let (columns, shown) = (source.columns.clamped(to: rect.columns), source.rows.clamped(to: rect.rows))
        let isCovered = columns == source.columns && shown == source.rows
        var resampler = RowResampler<Number>(source, side: target.side, isOpaque: reader.isOpaque && isCovered)
        var row = [SIMD4<Number>](repeating: .zero, count: reader.width)
        var canvas = [SIMD4<Number>](repeating: .zero, count: isCovered ? 0 : source.columns.count)
        try reader.skip(rows: shown.lowerBound - rect.y)
        for y in source.rows {
            if shown ~= y { try reader.next(into: &row) }
            guard !isCovered else {
                resampler.push(row.span.extracting(columns.lowerBound - rect.x..<columns.upperBound - rect.x))
                continue
            }
            for x in columns {
                canvas[x - source.columns.lowerBound] = shown ~= y ? row[x - rect.x] : .zero
            }
            resampler.push(canvas.span)
        }
        try reader.skip(rows: rect.rows.upperBound - shown.upperBound)
        return resampler.pixels
    }

    private func passes<Number: PixelNumber>(
        of reader: borrowing PNGReader,
        at rect: PixelRect
    ) throws(ImageError) -> [SIMD4<Number>] {
        let source = SourceSquare(target.square)
        var resampler = PassResampler<Number>(source, side: target.side)
        var row = [SIMD4<Number>](repeating: .zero, count: reader.width)
        for pass in Adam7Pass.all(width: reader.width, height: reader.height) {
            let columns = pass.columns.map { $0 + rect.x }
            for y in pass.rows {
                try reader.next(into: &row)
                guard source.rows ~= rect.y + y else { continue }
                resampler.add(row.span, at: columns, row: rect.y + y)
            }
        }
        return resampler.pixels
    }
}
