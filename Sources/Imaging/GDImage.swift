package import CGD

/// The finished picture: libgd's of true colours, which the resampler writes row by row. libgd crops, turns and encodes it.
///
/// libgd keeps 7 bits of alpha. They come back as 8 at most one level from what was written, and writing them again
/// changes nothing: a variant made of the master has the same alpha as one made of the upload.
@safe package struct GDImage: ~Copyable {
    /// libgd's own, for what it alone can do; valid as long as the owner.
    @unsafe package let handle: gdImagePtr

    // It would print to stderr what the callers learn from what is returned. The setting is for the whole process.
    private static let isSilent: Void = portraitd_gd_silence()

    /// A picture in opaque black.
    package init(width: Int, height: Int) throws(ImageError) {
        _ = Self.isSilent
        let created = unsafe gdImageCreateTrueColor(Int32(clamping: width), Int32(clamping: height))
        try unsafe self.init(taking: created)
    }

    /// Takes over what libgd has made; nil means that there was no memory.
    @unsafe private init(taking image: gdImagePtr?) throws(ImageError) {
        guard let image = unsafe image else { throw .outOfMemory }
        unsafe gdImageAlphaBlending(image, 0)
        unsafe gdImageSaveAlpha(image, 1)
        unsafe handle = image
    }

    deinit { unsafe gdImageDestroy(handle) }

    /// The number of columns.
    package var width: Int { Int(unsafe handle.pointee.sx) }

    /// The number of rows.
    package var height: Int { Int(unsafe handle.pointee.sy) }

    /// The pixel in column `x` of row `y`, which must be there.
    package subscript(x: Int, y: Int) -> Pixel { unsafe row(y) { Pixel(gd: unsafe $0[x]) } }

    /// Replaces the first pixels of row `y`.
    package mutating func write(_ pixels: Span<Pixel>, row y: Int) {
        let count = min(pixels.count, width)
        unsafe row(y) { row in
            for x in 0..<count { unsafe row[x] = unsafe pixels[unchecked: x].gd }
        }
    }

    /// Whether no pixel is transparent, not even a little.
    package var isOpaque: Bool {
        (0..<height).allSatisfy { unsafe row($0) { unsafe $0.reduce(0, |) } & Int32(gdAlphaMax << 24) == 0 }
    }

    /// Calls `body` with row `y` in libgd's form: 0xAARRGGBB.
    func row<Result>(_ y: Int, _ body: (UnsafeMutableBufferPointer<Int32>) -> Result) -> Result {
        precondition(0..<height ~= y)
        return unsafe body(UnsafeMutableBufferPointer(start: handle.pointee.tpixels[y], count: width))
    }

    /// The picture as it stands upright; the receiver is as stored.
    consuming func upright(_ orientation: ExifOrientation) throws(ImageError) -> GDImage {
        if orientation.flipsX { unsafe gdImageFlipHorizontal(handle) }
        if orientation.flipsY { unsafe gdImageFlipVertical(handle) }
        return try orientation.swapsAxes ? transposed() : self
    }

    /// Rows become columns. libgd has no such call; its exact quarter turns are a special case of one that interpolates, and
    /// take three times as long.
    private func transposed() throws(ImageError) -> GDImage {
        let result = try GDImage(width: height, height: width)
        for y in 0..<height {
            unsafe row(y) { row in
                for x in row.indices { unsafe result.handle.pointee.tpixels[x]?[y] = unsafe row[x] }
            }
        }
        return result
    }

    /// The rectangle of this size in the middle, which is inside the picture.
    consuming func centre(width: Int, height: Int) throws(ImageError) -> GDImage {
        guard width != self.width || height != self.height else { return self }
        var rect = gdRect(
            x: Int32((self.width - width) / 2),
            y: Int32((self.height - height) / 2),
            width: Int32(width),
            height: Int32(height)
        )
        return try unsafe GDImage(taking: gdImageCrop(handle, &rect))
    }

    /// The picture as seen on a `colour`, for formats without alpha.
    package func on(_ colour: RGBColour) throws(ImageError) -> GDImage {
        let result = try GDImage(width: width, height: height)
        let (columns, rows) = unsafe (handle.pointee.sx, handle.pointee.sy)
        let background = Pixel(colour.red, colour.green, colour.blue, 255).gd
        unsafe gdImageFilledRectangle(result.handle, 0, 0, columns - 1, rows - 1, background)
        unsafe gdImageAlphaBlending(result.handle, 1)
        unsafe gdImageCopy(result.handle, handle, 0, 0, 0, 0, columns, rows)
        return result
    }

    /// A square of `pixels` as a square of another side.
    package init(resampling pixels: [Pixel], side: Int, to target: Int) throws(ImageError) {
        let square = SourceSquare(PixelRect(x: 0, y: 0, width: side, height: side))
        var resampler = try RowResampler<UInt8>(square, side: target, isOpaque: false)
        for y in 0..<side { resampler.push(pixels.span.extracting(y * side..<(y + 1) * side)) }
        self = resampler.image
    }

    /// A copy of row `y`.
    package func pixels(ofRow y: Int) -> [Pixel] {
        unsafe row(y) { unsafe $0.map { Pixel(gd: $0) } }
    }
}

extension Pixel {
    /// In libgd's form, where an alpha of 0 is opaque and 127 transparent.
    fileprivate var gd: Int32 {
        Int32(truncatingIfNeeded: UInt32((255 - w) / 2) << 24 | UInt32(x) << 16 | UInt32(y) << 8 | UInt32(z))
    }

    /// From libgd's form; its alpha becomes 8 bits as libgd's encoders make it.
    fileprivate init(gd: Int32) {
        let alpha = UInt8(truncatingIfNeeded: gd >> 24)
        self.init(
            UInt8(truncatingIfNeeded: gd >> 16),
            UInt8(truncatingIfNeeded: gd >> 8),
            UInt8(truncatingIfNeeded: gd),
            255 - (alpha << 1 | alpha >> 6)
        )
    }
}
