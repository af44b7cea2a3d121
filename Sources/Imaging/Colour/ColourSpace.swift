/// What the numbers of a picture's pixels mean, as its file says.
enum ColourSpace: Sendable, Equatable {
    /// The kind of the numbers in the four bytes of a pixel.
    ///
    /// Ink is always inverted: 255 is none. Adobe writes it so, and browsers read every JPEG of four inks so, with Adobe's
    /// marker or without.
    enum Numbers: Sendable { case grey, rgb, invertedCMYK }

    /// An ICC profile.
    case icc([UInt8], Numbers)

    /// How the numbers become light, and x and y of white, red, green and blue.
    case curve(ToneCurve, chromaticities: [Double])

    static let sRGBChromaticities = [0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06]
}
