package import CGD

/// The finished picture: a true-colour image of libgd. The resampler writes it row by row; libgd crops, turns and
/// encodes it.
///
/// libgd keeps 7 bits of alpha. Reading them back as 8 bits differs by at most one level from the written value, and
/// writing that value again changes nothing: a variant made from the master has the same alpha as a variant made from
/// the upload.
@safe package struct GDImage: ~Copyable {
    /// The libgd image, for direct calls to libgd; valid as long as this value lives.
    @unsafe package let handle: gdImagePtr

    // By default libgd prints errors to stderr; its return values report them already. The setting applies to the whole
    // process.
    private static let isSilent: Void = portraitd_gd_silence()

    /// Creates a picture in opaque black.
    package init(width: Int, height: Int) throws(ImageError) {
        _ = Self.isSilent
        let created = unsafe gdImageCreateTrueColor(Int32(clamping: width), Int32(clamping: height))
        try unsafe self.init(taking: created)
    }

    /// Takes ownership of a libgd image; nil means that libgd had no memory.
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

    /// The pixel in column `x` of row `y`; both must lie inside the picture.
    package subscript(x: Int, y: Int) -> Pixel {
        get { unsafe row(y) { Pixel(gd: unsafe $0[x]) } }
        set { unsafe row(y) { unsafe $0[x] = newValue.gd } }
    }

    /// Replaces the first pixels of row `y`.
    package mutating func write(_ pixels: Span<Pixel>, row y: Int) {
        let count = min(pixels.count, width)
        unsafe row(y) { row in
            for x in 0..<count { unsafe row[x] = unsafe pixels[unchecked: x].gd }
        }
    }

    /// Whether every pixel is fully opaque.
    package var isOpaque: Bool {
        (0..<height).allSatisfy { unsafe row($0) { unsafe $0.reduce(0, |) } & Int32(gdAlphaMax << 24) == 0 }
    }

    /// Calls `body` with row `y` in libgd's pixel format, 0xAARRGGBB.
    func row<Result>(_ y: Int, _ body: (UnsafeMutableBufferPointer<Int32>) -> Result) -> Result {
        precondition(0..<height ~= y)
        return unsafe body(UnsafeMutableBufferPointer(start: handle.pointee.tpixels[y], count: width))
    }

    /// Turns the picture, as stored, upright.
    consuming func upright(_ orientation: ExifOrientation) throws(ImageError) -> GDImage {
        if orientation.flipsX { unsafe gdImageFlipHorizontal(handle) }
        if orientation.flipsY { unsafe gdImageFlipVertical(handle) }
        return try orientation.swapsAxes ? transposed() : self
    }

    /// Swaps rows and columns. libgd has no transpose; its quarter turns are part of its interpolating rotation and
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

    /// Crops to the centre rectangle of this size, which must lie inside the picture.
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

    /// Blends the picture onto a background of `colour`, for formats without alpha.
    package func on(_ colour: RGBColour) throws(ImageError) -> GDImage {
        let result = try GDImage(width: width, height: height)
        let background = Pixel(colour.red, colour.green, colour.blue, 255).gd
        for y in 0..<height {
            unsafe result.row(y) { target in
                unsafe target.update(repeating: background)
                unsafe row(y) { unsafe Self.blend($0, onto: target) }
            }
        }
        return result
    }

    /// Draws a smaller picture on top, in the centre.
    package mutating func draw(_ other: borrowing GDImage) {
        let (left, top) = ((width - other.width) / 2, (height - other.height) / 2)
        for y in 0..<other.height {
            unsafe row(top + y) { target in
                unsafe other.row(y) { unsafe Self.blend($0, onto: .init(rebasing: target[left...])) }
            }
        }
    }

    /// Blends a row like `gdImageCopy`, which checks clipping and styles for every pixel and takes four times as long.
    @unsafe private static func blend(
        _ row: UnsafeMutableBufferPointer<Int32>,
        onto target: UnsafeMutableBufferPointer<Int32>
    ) {
        for x in row.indices { unsafe target[x] = gdAlphaBlend(target[x], row[x]) }
    }

    /// Resamples the square `pixels` of side `side` to a square of side `target`.
    package init(resampling pixels: [Pixel], side: Int, to target: Int) throws(ImageError) {
        let square = SourceSquare(PixelRect(x: 0, y: 0, width: side, height: side))
        var resampler = try RowResampler<UInt8>(square, side: target, isOpaque: false)
        for y in 0..<side { resampler.push(pixels.span.extracting(y * side..<(y + 1) * side)) }
        self = resampler.image
    }

    /// A copy of all pixels, row by row.
    var pixels: [Pixel] {
        unsafe [Pixel](unsafeUninitializedCapacity: width * height) { buffer, count in
            for y in 0..<height {
                let start = y * width
                unsafe row(y) { row in
                    for x in row.indices { unsafe buffer[start + x] = unsafe Pixel(gd: row[x]) }
                }
            }
            count = width * height
        }
    }

    /// A copy of row `y`.
    package func pixels(ofRow y: Int) -> [Pixel] {
        unsafe row(y) { unsafe $0.map { Pixel(gd: $0) } }
    }
}

extension Pixel {
    /// The pixel in libgd's format, where alpha 0 is opaque and 127 is transparent.
    fileprivate var gd: Int32 {
        // Working on one number takes half the time of working on four bytes.
        let bytes = UInt32(bigEndian: unsafe unsafeBitCast(self, to: UInt32.self))
        return Int32(truncatingIfNeeded: (~bytes & 0xFE) << 23 | bytes >> 8)
    }

    /// Reads libgd's format; the alpha is widened to 8 bits as in libgd's encoders.
    fileprivate init(gd: Int32) {
        let bytes = UInt32(truncatingIfNeeded: gd)
        let alpha = 255 - (bytes >> 23 & 0xFE | bytes >> 30)
        self = unsafe unsafeBitCast((bytes << 8 | alpha).bigEndian, to: Pixel.self)
    }
}
