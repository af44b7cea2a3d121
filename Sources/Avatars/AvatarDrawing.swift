import Imaging

/// A default picture of one user, which can be drawn in any size.
protocol AvatarDrawing {
    /// Draws the picture as a square of `side` pixels.
    func image(side: Int) throws(ImageError) -> GDImage
}

/// A square of one colour, or a transparent square.
struct PlainColour: AvatarDrawing {
    static let blank = PlainColour(pixel: .clear)

    let pixel: Pixel

    private init(pixel: Pixel) {
        self.pixel = pixel
    }

    init(_ seed: AvatarSeed) {
        var seed = seed
        pixel = Pixel(seed.nextColour())
    }

    func image(side: Int) throws(ImageError) -> GDImage {
        let row = [Pixel](repeating: pixel, count: side)
        return try GDImage(side: side) { _ in row }
    }
}

extension GDImage {
    /// Creates a square from rows: `pixels(y)` returns row `y`, with at least `side` pixels.
    init(side: Int, _ pixels: (_ y: Int) -> [Pixel]) throws(ImageError) {
        try self.init(width: side, height: side)
        for y in 0..<side { write(pixels(y).span, row: y) }
    }
}

extension Pixel {
    static let clear = Pixel(0, 0, 0, 0)
    static let white = Pixel(255, 255, 255, 255)

    init(_ colour: RGBColour, alpha: UInt8 = 255) {
        self.init(colour.red, colour.green, colour.blue, alpha)
    }

    /// Blends `other` over this pixel by the alpha of `other`; the result keeps the alpha of this pixel.
    func under(_ other: Pixel) -> Pixel {
        let alpha = UInt32(other.w)
        let (mine, its) = (SIMD4<UInt32>(truncatingIfNeeded: self), SIMD4<UInt32>(truncatingIfNeeded: other))
        var mixed = (its &* alpha &+ mine &* (255 - alpha) &+ 127) / 255
        mixed.w = UInt32(w)
        return Pixel(truncatingIfNeeded: mixed)
    }
}
