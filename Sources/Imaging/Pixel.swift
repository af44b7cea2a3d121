/// Red, green, blue and alpha, 8 bits each; colours are not premultiplied.
package typealias Pixel = SIMD4<UInt8>

/// Red, green, blue and alpha, 16 bits each; colours are not premultiplied.
typealias DeepPixel = SIMD4<UInt16>

extension Pixel {
    /// Rounds `levels` to the nearest pixel.
    init(rounding levels: SIMD4<Float>) {
        self = UInt8.pixel(at: levels)
    }

    /// Rounds a pixel of 16 bits per channel to the nearest one of 8 bits: 65,535 is 257 × 255.
    init(rounding pixel: DeepPixel) {
        self.init(truncatingIfNeeded: (SIMD4<UInt32>(truncatingIfNeeded: pixel) &+ 128) / 257)
    }
}

/// A rectangle of whole pixels; the origin is the top left corner.
package struct PixelRect: Sendable, Equatable {
    /// The first column.
    package let x: Int

    /// The first row.
    package let y: Int

    /// The number of columns.
    package let width: Int

    /// The number of rows.
    package let height: Int

    /// Accepts any numbers; `clamped` and `isInside` check them against the size of a picture.
    package init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// A rectangle from a crop tool in a browser, with each number rounded to the nearest integer. Nil if a number is
    /// NaN or its absolute value exceeds 10^15; no picture is nearly as large.
    package init?(roundingX x: Double, y: Double, width: Double, height: Double) {
        let numbers = [x, y, width, height].map { $0.rounded() }
        guard numbers.allSatisfy({ abs($0) <= 1e15 }) else { return nil }
        self.init(x: Int(numbers[0]), y: Int(numbers[1]), width: Int(numbers[2]), height: Int(numbers[3]))
    }

    /// The part inside a picture of this size; nil if there is none. The calculation cannot overflow.
    func clamped(width pictureWidth: Int, height pictureHeight: Int) -> PixelRect? {
        func part(from start: Int, length: Int, within limit: Int) -> Range<Int>? {
            let (end, overflow) = start.addingReportingOverflow(length)
            // If the sum overflows upwards, the end lies beyond the edge. It overflows downwards only with a negative
            // length, which is refused below.
            let (first, last) = (max(start, 0), min(overflow ? limit : end, limit))
            return length >= 1 && first < last ? first..<last : nil
        }
        guard let columns = part(from: x, length: width, within: pictureWidth),
            let rows = part(from: y, length: height, within: pictureHeight)
        else { return nil }
        return PixelRect(x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count)
    }

    /// The largest centred square; if the surplus is odd, one more pixel is cut off at the right or at the bottom.
    var centreSquare: PixelRect {
        let side = min(width, height)
        return PixelRect(x: x + (width - side) / 2, y: y + (height - side) / 2, width: side, height: side)
    }

    /// The range of columns.
    package var columns: Range<Int> { x..<x + width }

    /// The range of rows.
    package var rows: Range<Int> { y..<y + height }

    func moved(x dx: Int, y dy: Int) -> PixelRect {
        PixelRect(x: x + dx, y: y + dy, width: width, height: height)
    }

    /// Whether the rectangle lies inside a picture of this size. The calculation cannot overflow.
    func isInside(width pictureWidth: Int, height pictureHeight: Int) -> Bool {
        x >= 0 && y >= 0 && width >= 1 && height >= 1
            && width <= pictureWidth && x <= pictureWidth - width
            && height <= pictureHeight && y <= pictureHeight - height
    }
}

extension Int {
    func clamped(to range: ClosedRange<Int>) -> Int {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
