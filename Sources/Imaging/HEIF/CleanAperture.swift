/// The part of a picture that is to be shown: ISO/IEC 14496-12 §12.1.4, whose numbers are fractions.
struct CleanAperture {
    private let width: Double
    private let height: Double
    /// How far the middle of the part is from the middle of the picture.
    private let offset: (x: Double, y: Double)

    init?(_ property: ByteReader) {
        guard let width = Self.fraction(at: 0, in: property), let height = Self.fraction(at: 8, in: property),
            let x = Self.fraction(at: 16, in: property), let y = Self.fraction(at: 24, in: property)
        else { return nil }
        self.width = width
        self.height = height
        offset = (x, y)
    }

    /// The part in whole pixels; nothing where it does not lie inside the picture, which is then shown whole, as
    /// browsers do.
    func rect(width pictureWidth: Int, height pictureHeight: Int) -> PixelRect? {
        let rect = PixelRect(
            x: Int((offset.x + (Double(pictureWidth) - width) / 2).rounded()),
            y: Int((offset.y + (Double(pictureHeight) - height) / 2).rounded()),
            width: Int(width.rounded()),
            height: Int(height.rounded())
        )
        return rect.isInside(width: pictureWidth, height: pictureHeight) ? rect : nil
    }

    private static func fraction(at offset: Int, in property: ByteReader) -> Double? {
        guard let numerator = property.uint32(at: offset), let denominator = property.uint32(at: offset + 4),
            denominator > 0
        else { return nil }
        // Offsets to the left and to the top are negative.
        return Double(Int32(truncatingIfNeeded: numerator)) / Double(denominator)
    }
}
