/// Decodes the first frame of a GIF a row at a time; around it the screen is transparent.
struct GIFDecoding {
    let target: DecodingTarget

    func image(of upload: [UInt8]) throws(ImageError) -> GDImage {
        guard let frame = GIFFrame(firstIn: ByteReader(upload, order: .little)) else {
            throw .corrupt(.gif, reason: "It ends before its first frame does")
        }
        guard frame.palette.contains(where: { $0.w > 0 }) else { throw .corrupt(.gif, reason: "It has no colours") }
        let decoder = try LZWDecoder(SubBlocks(upload, at: frame.pixels), depth: frame.depth)
        return try frame.isInterlaced ? passes(of: frame, decoder) : rows(of: frame, decoder)
    }

    private func rows(of frame: GIFFrame, _ opened: consuming LZWDecoder) throws(ImageError) -> GDImage {
        var decoder = opened
        let source = SourceSquare(target.square)
        let columns = source.columns.clamped(to: frame.rect.columns)
        let isCovered = columns == source.columns && source.rows.clamped(to: frame.rect.rows) == source.rows
        let isOpaque = isCovered && frame.isOpaque
        var resampler = try RowResampler<UInt8>(source, side: target.side, isOpaque: isOpaque)
        var indices = [UInt8](repeating: 0, count: frame.rect.width)
        var row = [Pixel](repeating: .zero, count: source.columns.count)
        for y in 0..<target.header.height {
            try target.limit.check()
            if frame.rect.rows ~= y {
                try decoder.read(into: &indices)
                for x in columns {
                    row[x - source.columns.lowerBound] = frame.palette[Int(indices[x - frame.rect.x])]
                }
            } else if y == frame.rect.rows.upperBound {
                for x in row.indices { row[x] = .zero }
            }
            guard source.rows ~= y else { continue }
            resampler.push(row.span)
        }
        return resampler.image
    }

    private func passes(of frame: GIFFrame, _ opened: consuming LZWDecoder) throws(ImageError) -> GDImage {
        var decoder = opened
        let source = SourceSquare(target.square)
        var resampler = PassResampler<UInt8>(source, side: target.side)
        let columns = Array(frame.rect.columns)
        var indices = [UInt8](repeating: 0, count: frame.rect.width)
        var row = [Pixel](repeating: .zero, count: frame.rect.width)
        // GIF89a appendix E.
        for (first, step) in [(0, 8), (4, 8), (2, 4), (1, 2)] {
            for y in stride(from: first, to: frame.rect.height, by: step) {
                try target.limit.check()
                try decoder.read(into: &indices)
                guard source.rows ~= frame.rect.y + y else { continue }
                for x in row.indices { row[x] = frame.palette[Int(indices[x])] }
                resampler.add(row.span, at: columns, row: frame.rect.y + y)
            }
        }
        return try resampler.image(nil)
    }
}
