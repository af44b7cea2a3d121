import Imaging

extension GDImage {
    /// A square of the rows that `pixels` gives for each place, which are at least as long.
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

    /// Its colour with another's on top, in its own shape.
    func under(_ other: Pixel) -> Pixel {
        let alpha = UInt32(other.w)
        let (mine, its) = (SIMD4<UInt32>(truncatingIfNeeded: self), SIMD4<UInt32>(truncatingIfNeeded: other))
        var mixed = (its &* alpha &+ mine &* (255 - alpha) &+ 127) / 255
        mixed.w = UInt32(w)
        return Pixel(truncatingIfNeeded: mixed)
    }
}
