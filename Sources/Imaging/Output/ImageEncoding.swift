/// How pictures are written, format by format. PNG has no choices: it loses nothing.
package struct ImageEncoding: Equatable, Sendable {
    /// The qualities that can be asked for.
    package static let qualityRange = 1...100

    /// The quality of JPEG, as libjpeg counts it.
    package let jpegQuality: Int

    /// The quality of WebP, as libwebp counts it.
    package let webpQuality: Int

    /// The quality of AVIF, from libavif's quantizers.
    package let avifQuality: Int

    /// Whether a JPEG comes coarse first, then finer: a little smaller, a little slower to show.
    package let isProgressive: Bool

    /// How much of the colour a JPEG keeps.
    package let chromaSubsampling: ChromaSubsampling

    /// What shows through the transparent parts of a picture in JPEG, which has no alpha.
    package let background: RGBColour

    /// A quality that cannot be is brought to the nearest that can.
    package init(
        jpegQuality: Int = 80,
        webpQuality: Int = 80,
        avifQuality: Int = 60,
        isProgressive: Bool = false,
        chromaSubsampling: ChromaSubsampling = .halved,
        background: RGBColour = .white
    ) {
        self.jpegQuality = jpegQuality.clamped(to: Self.qualityRange)
        self.webpQuality = webpQuality.clamped(to: Self.qualityRange)
        self.avifQuality = avifQuality.clamped(to: Self.qualityRange)
        self.isProgressive = isProgressive
        self.chromaSubsampling = chromaSubsampling
        self.background = background
    }

    /// The same with one quality for every format that has one.
    func withQuality(_ quality: Int) -> ImageEncoding {
        ImageEncoding(
            jpegQuality: quality,
            webpQuality: quality,
            avifQuality: quality,
            isProgressive: isProgressive,
            chromaSubsampling: chromaSubsampling,
            background: background
        )
    }

    /// Masters keep nearly all: what is made of one must not show that it is a second generation.
    static let master = ImageEncoding(jpegQuality: 92, chromaSubsampling: .none)
}
