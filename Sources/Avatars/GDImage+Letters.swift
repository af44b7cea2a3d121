import CGD
import Imaging

extension GDImage {
    /// White letters on nothing, drawn by libgd; nil when it cannot.
    ///
    /// It draws one glyph a character, side by side: Debian builds it without a shaping engine. What lies beyond the Basic
    /// Multilingual Plane it takes for four characters each.
    static func letters(_ text: String, font path: String, em: Double) throws(ImageError) -> GDImage? {
        // libgd measures in points of 96 to the inch.
        let points = em * 72 / 96
        guard let box = box(text, path, points) else { return nil }
        // Letters may hang over what they advance by.
        let margin = Int(em / 4) + 2
        let image = try GDImage(width: box.width + 2 * margin, height: box.height + 2 * margin)
        let (x, y) = (Int32(margin - box.x), Int32(margin - box.y))
        let transparent = Int32(gdAlphaMax << 24) | white
        for y in 0..<image.height {
            unsafe image.handle.pointee.tpixels[y]?.update(repeating: transparent, count: image.width)
        }
        unsafe gdImageAlphaBlending(image.handle, 1)
        guard unsafe gdImageStringFT(image.handle, nil, white, path, points, 0, x, y, text) == nil else { return nil }
        return image
    }

    private static let white: Int32 = 0xFFFFFF

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
}
