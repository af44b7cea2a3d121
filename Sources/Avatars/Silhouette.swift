import Imaging

/// A neutral head and shoulders.
struct Silhouette: AvatarDrawing {
    let figure: RGBColour
    let background: RGBColour
    /// The shape of the background; nil fills the whole square.
    let shape: Disc?

    private static let head = Disc(x: 0.5, y: 0.385, radius: 0.185)
    private static let shoulders = Disc(x: 0.5, y: 0.985, radius: 0.36)

    /// The style `mp`: white on grey.
    static let mysteryPerson = Silhouette(
        figure: .white,
        background: RGBColour(red: 0xB8, green: 0xBE, blue: 0xC4),
        shape: nil
    )

    func image(side: Int) throws(ImageError) -> GDImage {
        let (figure, background) = (Pixel(figure), Pixel(background))
        // Indexed by the coverage of a pixel by the figure, 0 to 255.
        let shades = (0...255).map { background.under(Pixel(figure.x, figure.y, figure.z, UInt8($0))) }
        return try GDImage(side: side) { y in
            let (head, shoulders) = (
                Self.head.coverage(row: y, side: side), Self.shoulders.coverage(row: y, side: side)
            )
            var row = zip(head, shoulders).map { shades[Int(max($0, $1))] }
            if let levels = shape?.coverage(row: y, side: side) {
                for x in row.indices { row[x].w = levels[x] }
            }
            return row
        }
    }
}

/// A filled circle; the unit of its centre and radius is the side of the square.
struct Disc {
    let x: Double
    let y: Double
    let radius: Double

    /// The largest disc in the square.
    static let whole = Disc(x: 0.5, y: 0.5, radius: 0.5)

    /// Returns the coverage of each pixel in a row, 0 to 255, for a square of `side` pixels.
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

    /// Returns the coverage of one pixel, 0 to 1, for a square of `side` pixels.
    func coverage(x column: Int, y row: Int, side: Int) -> Double {
        let (dx, dy) = (Double(column) + 0.5 - x * Double(side), Double(row) + 0.5 - y * Double(side))
        // The edge is treated as straight within a pixel; the error is a few per cent.
        let distance = (dx * dx + dy * dy).squareRoot() - radius * Double(side)
        return max(0, min(1, 0.5 - distance))
    }

    /// Returns the columns whose pixel centres are at most `distance` pixels from the centre of the disc.
    private func columns(within distance: Double, row: Int, side: Int) -> Range<Int> {
        let dy = Double(row) + 0.5 - y * Double(side)
        guard distance > abs(dy) else { return 0..<0 }
        let (middle, half) = (x * Double(side) - 0.5, (distance * distance - dy * dy).squareRoot())
        let first = max(0, Int((middle - half).rounded(.up)))
        return first..<max(first, min(side, Int((middle + half).rounded(.down)) + 1))
    }
}
