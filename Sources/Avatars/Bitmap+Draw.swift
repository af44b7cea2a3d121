import Imaging

extension Bitmap {
    /// A square whose every pixel is given by its column and row.
    init(side: Int, _ pixel: (_ x: Int, _ y: Int) -> Pixel) {
        var pixels: [Pixel] = []
        pixels.reserveCapacity(side * side)
        for y in 0..<side {
            for x in 0..<side { pixels.append(pixel(x, y)) }
        }
        self.init(width: side, height: side, pixels: pixels)
    }

    /// The picture with a smaller one on top, in its centre.
    func under(_ other: Bitmap) -> Bitmap {
        let (left, top) = ((width - other.width) / 2, (height - other.height) / 2)
        var pixels = pixels
        for y in 0..<other.height {
            let row = (top + y) * width + left
            for x in 0..<other.width {
                pixels[row + x] = pixels[row + x].under(other.pixels[y * other.width + x])
            }
        }
        return Bitmap(width: width, height: height, pixels: pixels)
    }
}

extension Pixel {
    static let clear = Pixel(0, 0, 0, 0)
    static let white = Pixel(255, 255, 255, 255)

    init(_ colour: RGBColour, coverage: Double = 1) {
        self.init(colour.red, colour.green, colour.blue, UInt8((coverage * 255).rounded()))
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
