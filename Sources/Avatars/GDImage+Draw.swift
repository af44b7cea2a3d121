import CGD
import Imaging

extension GDImage {
    /// A square whose every pixel is given by its column and row.
    init(side: Int, _ pixel: (_ x: Int, _ y: Int) -> Pixel) throws(ImageError) {
        try self.init(width: side, height: side)
        var row = [Pixel](repeating: .clear, count: side)
        for y in 0..<side {
            for x in 0..<side { row[x] = pixel(x, y) }
            write(row.span, row: y)
        }
    }

    /// Puts a smaller picture on top, in the centre.
    mutating func draw(_ other: borrowing GDImage) {
        let (columns, rows) = (Int32(other.width), Int32(other.height))
        let (left, top) = ((Int32(width) - columns) / 2, (Int32(height) - rows) / 2)
        unsafe gdImageAlphaBlending(handle, 1)
        unsafe gdImageCopy(handle, other.handle, left, top, 0, 0, columns, rows)
        unsafe gdImageAlphaBlending(handle, 0)
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
