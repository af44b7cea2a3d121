extension Bitmap {
    /// The picture, which is square, as a square of another side.
    package func resampled(to side: Int) -> Bitmap {
        var resampler = RowResampler<UInt8>(
            SourceSquare(PixelRect(x: 0, y: 0, width: width, height: height)),
            side: side,
            isOpaque: isOpaque
        )
        for row in 0..<height {
            resampler.push(pixels.span.extracting(row * width..<(row + 1) * width))
        }
        return resampler.bitmap
    }
}
