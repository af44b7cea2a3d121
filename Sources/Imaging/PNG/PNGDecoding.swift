import Bytes

/// Decodes a PNG row by row. The canvas around a smaller animation frame is transparent.
struct PNGDecoding {
    let target: DecodingTarget

    func image(of upload: [UInt8]) throws(ImageError) -> GDImage {
        let file = try PNGFile(ByteReader(upload))
        let bytes = file.needsRewriting ? try file.rewritten() : upload
        return try unsafe bytes.span.withUnsafeBufferPointer { bytes throws(ImageError) in
            try decode(unsafe PNGReader(bytes, limit: target.limit), file)
        }
    }

    private func decode(_ reader: consuming PNGReader, _ file: PNGFile) throws(ImageError) -> GDImage {
        guard reader.width == file.rect.width, reader.height == file.rect.height else {
            throw .corrupt(.png, reason: "It has two sizes")
        }
        // Code points (cICP) take precedence over all other colour chunks: PNG (third edition) §4.3.
        let space = file.codePoints.flatMap(CodePoints.init(png:)).map(ColourSpace.init) ?? reader.colourSpace
        let transform = target.colours.toSRGB(from: space, isDeep: reader.isDeep)
        let image =
            try reader.isDeep
            ? image(of: reader, UInt16.self, at: file.rect, transform)
            : image(of: reader, UInt8.self, at: file.rect, transform)
        try reader.finish()
        return image
    }

    private func image<Number: PixelNumber>(
        of reader: borrowing PNGReader,
        _: Number.Type,
        at rect: PixelRect,
        _ transform: ColourTransform?
    ) throws(ImageError) -> GDImage {
        try reader.isInterlaced
            ? passes(of: reader, Number.self, at: rect, transform)
            : rows(of: reader, Number.self, at: rect, transform)
    }

    private func rows<Number: PixelNumber>(
        of reader: borrowing PNGReader,
        _: Number.Type,
        at rect: PixelRect,
        _ transform: ColourTransform?
    ) throws(ImageError) -> GDImage {
        let source = SourceSquare(target.square)
        let (columns, shown) = (source.columns.clamped(to: rect.columns), source.rows.clamped(to: rect.rows))
        let isCovered = columns == source.columns && shown == source.rows
        let isOpaque = reader.isOpaque && isCovered
        var resampler = try RowResampler<Number>(source, side: target.side, isOpaque: isOpaque, transform)
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
        return resampler.image
    }

    private func passes<Number: PixelNumber>(
        of reader: borrowing PNGReader,
        _: Number.Type,
        at rect: PixelRect,
        _ transform: ColourTransform?
    ) throws(ImageError) -> GDImage {
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
        return try resampler.image(transform)
    }
}

/// One of the seven reduced images of an interlaced PNG: PNG (third edition) §8.2.
struct Adam7Pass {
    let columns: [Int]
    let rows: [Int]

    /// The passes that have pixels, in the order of the file.
    static func all(width: Int, height: Int) -> [Adam7Pass] {
        let grids = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
        return grids.map { x, y, columnStep, rowStep in
            Adam7Pass(
                columns: Array(stride(from: x, to: width, by: columnStep)),
                rows: Array(stride(from: y, to: height, by: rowStep))
            )
        }.filter { !$0.columns.isEmpty && !$0.rows.isEmpty }
    }
}
