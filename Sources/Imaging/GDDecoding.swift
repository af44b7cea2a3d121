/// Decodes the formats that gd reads; it knows them only whole.
struct GDDecoding {
    let target: DecodingTarget

    func bitmaps(of upload: [UInt8]) throws(ImageError) -> [Bitmap] {
        let header = target.header
        let image = try GDImage(decoding: upload, as: header)
        let frame = header.frame
        guard image.width == frame.width, image.height == frame.height else {
            throw .corrupt(header.format, reason: "It has two sizes")
        }
        let source = SourceSquare(target.square)
        var resamplers = target.sides.map { RowResampler(source, side: $0, isOpaque: false) }
        for y in source.rows {
            var row = [Pixel](repeating: .zero, count: header.width)
            image.copyRow(y - frame.y, into: &row, at: frame.x)
            for index in resamplers.indices {
                resamplers[index].push(row.span.extracting(source.columns))
            }
        }
        let profile = ICCProfile.find(in: upload, header.format)
        let transform = target.colours.toSRGB(from: profile.map { .icc($0, .rgb) })
        return resamplers.map { target.sRGB($0.bitmap, transform) }
    }
}
