/// The square to be shown, in the pixels of a decoded picture; not whole, because a decoder may shrink, and not quite
/// square, because it shrinks to whole pixels.
struct SourceSquare {
    let x: Double
    let y: Double
    let width: Double
    let height: Double

    /// The decoded columns that it touches.
    var columns: Range<Int> { Self.touched(from: x, length: width) }

    /// The decoded rows that it touches.
    var rows: Range<Int> { Self.touched(from: y, length: height) }

    init(x: Double, y: Double, width: Double, height: Double) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    init(_ square: PixelRect, eighths: Int = 8) {
        let scale = Double(eighths) / 8
        self.init(square, scaleX: scale, scaleY: scale)
    }

    init(_ square: PixelRect, scaleX: Double, scaleY: Double) {
        self.init(
            x: Double(square.x) * scaleX,
            y: Double(square.y) * scaleY,
            width: Double(square.width) * scaleX,
            height: Double(square.height) * scaleY
        )
    }

    /// A rounding error at the edge of the picture must not ask for a pixel beyond it.
    private static func touched(from start: Double, length: Double) -> Range<Int> {
        Int(start)..<Int((start + length - 1e-6).rounded(.up))
    }
}
