/// A filled circle in a square of side 1.
struct Disc {
    let x: Double
    let y: Double
    let radius: Double

    /// The one that fills the square.
    static let whole = Disc(x: 0.5, y: 0.5, radius: 0.5)

    /// How much of a pixel it covers, where the square has `side` pixels.
    func coverage(x column: Int, y row: Int, side: Int) -> Double {
        let (dx, dy) = (Double(column) + 0.5 - x * Double(side), Double(row) + 0.5 - y * Double(side))
        // Right to a few per cent, the edge being nearly straight within a pixel.
        let distance = (dx * dx + dy * dy).squareRoot() - radius * Double(side)
        return max(0, min(1, 0.5 - distance))
    }
}
