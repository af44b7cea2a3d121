/// The square to be shown, in the pixels of a decoded picture; not whole, because a JPEG is decoded at n/8 of its size.
struct SourceSquare {
    var x: Double
    var y: Double
    var side: Double

    /// The decoded columns that it touches.
    var columns: Range<Int> { Int(x)..<Int((x + side).rounded(.up)) }

    /// The decoded rows that it touches.
    var rows: Range<Int> { Int(y)..<Int((y + side).rounded(.up)) }

    init(_ square: PixelRect, eighths: Int = 8) {
        x = Double(square.x * eighths) / 8
        y = Double(square.y * eighths) / 8
        side = Double(square.width * eighths) / 8
    }
}
