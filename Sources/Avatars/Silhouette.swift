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
        return try GDImage(side: side) { x, y in
            let body = max(
                Self.head.coverage(x: x, y: y, side: side),
                Self.shoulders.coverage(x: x, y: y, side: side)
            )
            var pixel = background.under(Pixel(figure.x, figure.y, figure.z, UInt8((body * 255).rounded())))
            if let shape { pixel.w = UInt8((shape.coverage(x: x, y: y, side: side) * 255).rounded()) }
            return pixel
        }
    }
}
