import CGD
import Imaging

extension Bitmap {
    /// White letters on nothing, drawn by libgd; nil when it cannot.
    ///
    /// It draws one glyph a character, side by side: Debian builds it without a shaping engine. What lies beyond the Basic
    /// Multilingual Plane it takes for four characters each.
    init?(text: String, font path: String, em: Double) {
        // libgd measures in points of 96 to the inch.
        let points = em * 72 / 96
        guard let box = Self.box(text, path, points) else { return nil }
        // Letters may hang over what they advance by.
        let margin = Int(em / 4) + 2
        let (width, height) = (box.width + 2 * margin, box.height + 2 * margin)
        guard let image = unsafe gdImageCreateTrueColor(Int32(width), Int32(height)) else { return nil }
        defer { unsafe gdImageDestroy(image) }
        let (x, y) = (Int32(margin - box.x), Int32(margin - box.y))
        guard unsafe gdImageStringFT(image, nil, 0xFFFFFF, path, points, 0, x, y, text) == nil else { return nil }
        unsafe self.init(image)
    }

    /// Where the letters reach from the origin.
    private static func box(_ text: String, _ path: String, _ points: Double) -> PixelRect? {
        // Lower left, lower right, upper right, upper left.
        var corners = [Int32](repeating: 0, count: 8)
        guard unsafe gdImageStringFT(nil, &corners, 0, path, points, 0, 0, 0, text) == nil else { return nil }
        return PixelRect(
            x: Int(corners[6]),
            y: Int(corners[7]),
            width: Int(corners[2] - corners[6]),
            height: Int(corners[3] - corners[7])
        )
    }

    @unsafe private init?(_ image: gdImagePtr) {
        let (width, height) = unsafe (Int(image.pointee.sx), Int(image.pointee.sy))
        var pixels: [Pixel] = []
        pixels.reserveCapacity(width * height)
        for y in 0..<height {
            guard let row = unsafe image.pointee.tpixels[y] else { return nil }
            for x in 0..<width {
                // White was drawn on black: any of the colours says how much of it.
                unsafe pixels.append(Pixel(255, 255, 255, UInt8(truncatingIfNeeded: row[x])))
            }
        }
        self.init(width: width, height: height, pixels: pixels)
    }
}
