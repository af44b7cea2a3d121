/// Decodes the first frame of a GIF; gd knows it only whole.
struct GIFDecoding {
    let target: DecodingTarget

    func bitmaps(of upload: [UInt8]) throws(ImageError) -> [Bitmap] {
        let image = try GDImage(decodingGIF: upload)
        let frame = target.header.frame
        guard image.width == frame.width, image.height == frame.height else {
            throw .corrupt(.gif, reason: "It has two sizes")
        }
        let source = SourceSquare(target.square)
        var resamplers = target.sides.map { RowResampler(source, side: $0, isOpaque: false) }
        for y in source.rows {
            var row = [Pixel](repeating: .zero, count: target.header.width)
            image.copyRow(y - frame.y, into: &row, at: frame.x)
            for index in resamplers.indices {
                resamplers[index].push(row.span.extracting(source.columns))
            }
        }
        return resamplers.map(\.bitmap)
    }
}
