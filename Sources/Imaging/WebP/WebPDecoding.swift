/// Decodes no more of a WebP than its square needs; libwebp crops and shrinks while it decodes.
struct WebPDecoding {
    let target: DecodingTarget

    func image(of upload: [UInt8]) throws(ImageError) -> GDImage {
        let profile = ICCProfile.find(in: upload, .webp)
        let transform = target.colours.toSRGB(from: profile.map { .icc($0, .rgb) })
        return try unsafe upload.span.withUnsafeBufferPointer { bytes throws(ImageError) in
            try decode(unsafe WebPFrame(bytes, isAnimated: target.header.isAnimated), transform)
        }
    }

    private func decode(_ frame: WebPFrame, _ transform: ColourTransform?) throws(ImageError) -> GDImage {
        let header = target.header
        let picture = PixelRect(x: 0, y: 0, width: header.width, height: header.height)
        guard frame.rect != picture else { return try shrunk(frame, transform) }
        guard header.isAnimated else { throw .corrupt(.webp, reason: "It has two sizes") }
        return try composed(frame, transform)
    }

    private func shrunk(_ frame: WebPFrame, _ transform: ColourTransform?) throws(ImageError) -> GDImage {
        let square = target.square
        // As for JPEG, the resampler keeps twice the target.
        let side = frame.canScale ? min(square.width, 2 * target.side) : square.width
        let scale = Double(side) / Double(square.width)
        let (left, top) = frame.isLossless ? (0, 0) : (lead(to: square.x, scale), lead(to: square.y, scale))
        let crop = PixelRect(
            x: square.x - left,
            y: square.y - top,
            width: square.width + left,
            height: square.height + top
        )
        let width = Int((Double(crop.width) * scale).rounded())
        let height = Int((Double(crop.height) * scale).rounded())
        let pixels = try frame.pixels(of: crop, width: width, height: height)
        let (scaleX, scaleY) = (Double(width) / Double(crop.width), Double(height) / Double(crop.height))
        let source = SourceSquare(
            x: Double(left) * scaleX,
            y: Double(top) * scaleY,
            width: Double(square.width) * scaleX,
            height: Double(square.height) * scaleY
        )
        return try resampled(pixels, width: width, source, isOpaque: frame.isOpaque, transform)
    }

    /// A frame of an animation that covers a part of the picture only; the rest is transparent.
    private func composed(_ frame: WebPFrame, _ transform: ColourTransform?) throws(ImageError) -> GDImage {
        let (square, place) = (target.square, frame.rect)
        let columns = (square.x..<square.x + square.width).clamped(to: place.x..<place.x + place.width)
        let rows = (square.y..<square.y + square.height).clamped(to: place.y..<place.y + place.height)
        var pixels = [Pixel](repeating: .zero, count: square.width * square.height)
        if !columns.isEmpty, !rows.isEmpty {
            let (x, y) = ((columns.lowerBound - place.x) & ~1, (rows.lowerBound - place.y) & ~1)
            let crop = PixelRect(
                x: x,
                y: y,
                width: columns.upperBound - place.x - x,
                height: rows.upperBound - place.y - y
            )
            let shown = try frame.pixels(of: crop, width: crop.width, height: crop.height)
            for y in rows {
                for x in columns {
                    let index = (y - place.y - crop.y) * crop.width + x - place.x - crop.x
                    pixels[(y - square.y) * square.width + x - square.x] = shown[index]
                }
            }
        }
        let whole = PixelRect(x: 0, y: 0, width: square.width, height: square.height)
        return try resampled(pixels, width: square.width, SourceSquare(whole), isOpaque: false, transform)
    }

    private func resampled(
        _ pixels: [Pixel],
        width: Int,
        _ source: SourceSquare,
        isOpaque: Bool,
        _ transform: ColourTransform?
    ) throws(ImageError) -> GDImage {
        var resampler = try RowResampler<UInt8>(source, side: target.side, isOpaque: isOpaque, transform)
        for y in source.rows {
            let row = y * width..<(y + 1) * width
            resampler.push(pixels.span.extracting(row).extracting(source.columns))
        }
        return resampler.image
    }

    /// How many pixels more are decoded before `start`, to begin at an even one: so many that they nearly make whole
    /// pixels at `scale`, for what they mix into the first one shown does not belong there.
    private func lead(to start: Int, _ scale: Double) -> Int {
        let leads = stride(from: start & 1, through: min(start, 15), by: 2)
        func mixed(_ lead: Int) -> Double { abs(Double(lead) * scale - (Double(lead) * scale).rounded()) }
        return leads.min { mixed($0) < mixed($1) } ?? 0
    }
}
