import Imaging

/// A square of one colour, or of nothing.
struct PlainColour: AvatarDrawing {
    static let blank = PlainColour(pixel: .clear)

    let pixel: Pixel

    private init(pixel: Pixel) {
        self.pixel = pixel
    }

    init(_ seed: AvatarSeed) {
        var seed = seed
        pixel = Pixel(seed.nextColour())
    }

    func image(side: Int) throws(ImageError) -> GDImage {
        let row = [Pixel](repeating: pixel, count: side)
        return try GDImage(side: side) { _ in row }
    }
}
