import Imaging

/// Head and shoulders of nobody.
struct Silhouette: AvatarDrawing {
    let figure: RGBColour
    let background: RGBColour
    /// What the background fills: a disc, or without one the whole square.
    let shape: Disc?

    private static let head = Disc(x: 0.5, y: 0.385, radius: 0.185)
    private static let shoulders = Disc(x: 0.5, y: 0.985, radius: 0.36)

    /// The mystery person: grey on grey.
    static let mysteryPerson = Silhouette(
        figure: .white,
        background: RGBColour(red: 0xB8, green: 0xBE, blue: 0xC4),
        shape: nil
    )

    func image(side: Int) throws(ImageError) -> GDImage {
        let (figure, background) = (Pixel(figure), Pixel(background))
        // By how much of a pixel the figure covers.
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
