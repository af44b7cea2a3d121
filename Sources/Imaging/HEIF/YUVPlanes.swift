import CImaging

/// A decoded picture in planes of luma, chroma and alpha, which the reader owns.
///
/// It is converted to R, G, B, A in bands of a few rows, so that the whole picture never takes four bytes per pixel.
@safe struct YUVPlanes {
    private let image: avifImage

    private static let bandHeight = 32

    /// The pixels that chroma interpolation reads beyond the edge of a band, rounded up to the start of a chroma
    /// sample.
    private static let margin = 2

    /// The planes of `image` must stay valid as long as this value is used.
    @unsafe init(_ image: avifImage) {
        unsafe self.image = image
    }

    var width: Int { Int(unsafe image.width) }
    var height: Int { Int(unsafe image.height) }
    var isOpaque: Bool { unsafe image.alphaPlane == nil }

    func image(
        of square: PixelRect,
        side: Int,
        _ transform: ColourTransform?,
        _ format: ImageFormat
    ) throws(ImageError) -> GDImage {
        let source = SourceSquare(square)
        var resampler = try RowResampler<UInt8>(source, side: side, isOpaque: isOpaque, transform)
        let columns = widened(source.columns, within: width)
        let shown = source.columns.lowerBound - columns.lowerBound
        var band: [Pixel] = []
        for start in stride(from: source.rows.lowerBound, to: source.rows.upperBound, by: Self.bandHeight) {
            let rows = start..<min(start + Self.bandHeight, source.rows.upperBound)
            let decoded = widened(rows, within: height)
            guard convert(columns, decoded, into: &band) else {
                throw .corrupt(format, reason: "Its colours are in a form that nobody uses")
            }
            for y in rows {
                let first = (y - decoded.lowerBound) * columns.count + shown
                resampler.push(band.span.extracting(first..<first + source.columns.count))
            }
        }
        return resampler.image
    }

    private func widened(_ range: Range<Int>, within length: Int) -> Range<Int> {
        max(range.lowerBound - Self.margin, 0) & ~1..<min(range.upperBound + Self.margin, length)
    }

    private func convert(_ columns: Range<Int>, _ rows: Range<Int>, into band: inout [Pixel]) -> Bool {
        let place = avifCropRect(
            x: UInt32(columns.lowerBound),
            y: UInt32(rows.lowerBound),
            width: UInt32(columns.count),
            height: UInt32(rows.count)
        )
        var view = unsafe avifImage()
        guard unsafe avifImageSetViewRect(&view, [image], [place]) == AVIF_RESULT_OK else { return false }
        var target = unsafe avifRGBImage()
        unsafe avifRGBImageSetDefaults(&target, &view)
        unsafe target.depth = 8
        unsafe target.rowBytes = UInt32(columns.count * MemoryLayout<Pixel>.stride)
        band = Array(repeating: .zero, count: columns.count * rows.count)
        return unsafe band.withUnsafeMutableBytes { pixels in
            unsafe target.pixels = pixels.assumingMemoryBound(to: UInt8.self).baseAddress
            return unsafe avifImageYUVToRGB(&view, &target) == AVIF_RESULT_OK
        }
    }
}
