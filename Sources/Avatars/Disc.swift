/// A filled circle in a square of side 1.
struct Disc {
    let x: Double
    let y: Double
    let radius: Double

    /// The one that fills the square.
    static let whole = Disc(x: 0.5, y: 0.5, radius: 0.5)

    /// How much of each pixel of a row it covers, 255 being all, where the square has `side` pixels.
    func coverage(row: Int, side: Int) -> [UInt8] {
        var levels = [UInt8](repeating: 0, count: side)
        let outer = columns(within: radius * Double(side) + 1, row: row, side: side)
        let inner = columns(within: radius * Double(side) - 1, row: row, side: side)
        for column in outer {
            levels[column] =
                inner.contains(column) ? 255 : UInt8((coverage(x: column, y: row, side: side) * 255).rounded())
        }
        return levels
    }

    /// How much of a pixel it covers, where the square has `side` pixels.
    func coverage(x column: Int, y row: Int, side: Int) -> Double {
        let (dx, dy) = (Double(column) + 0.5 - x * Double(side), Double(row) + 0.5 - y * Double(side))
        // Right to a few per cent, the edge being nearly straight within a pixel.
        let distance = (dx * dx + dy * dy).squareRoot() - radius * Double(side)
        return max(0, min(1, 0.5 - distance))
    }

    /// Those whose middle is at most `distance` pixels from the disc's.
    private func columns(within distance: Double, row: Int, side: Int) -> Range<Int> {
        let dy = Double(row) + 0.5 - y * Double(side)
        guard distance > abs(dy) else { return 0..<0 }
        let (middle, half) = (x * Double(side) - 0.5, (distance * distance - dy * dy).squareRoot())
        let first = max(0, Int((middle - half).rounded(.up)))
        return first..<max(first, min(side, Int((middle + half).rounded(.down)) + 1))
    }
}
