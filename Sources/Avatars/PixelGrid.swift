import Imaging

/// A picture of few large pixels, which meet at whole pixels whatever the side, and mirror each other.
struct PixelGrid: AvatarDrawing {
    /// Row after row, as many as there are columns.
    let cells: [[Pixel]]

    func image(side: Int) throws(ImageError) -> GDImage {
        let places = places(side: side)
        let rows = cells.map { cells in places.map { cells[$0] } }
        return try GDImage(side: side) { y in rows[places[y]] }
    }

    /// The cell that each pixel lies in, counted from the nearer edge so that both halves are alike.
    private func places(side: Int) -> [Int] {
        (0..<side).map { pixel in
            let fromNearer = min(pixel, side - 1 - pixel)
            let cell = (2 * fromNearer + 1) * cells.count / (2 * side)
            return pixel == fromNearer ? cell : cells.count - 1 - cell
        }
    }
}
