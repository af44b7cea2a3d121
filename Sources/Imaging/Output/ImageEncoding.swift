/// How pictures are written, format by format. PNG has no choices: it loses nothing.
package struct ImageEncoding: Equatable, Sendable {
    /// The qualities that can be asked for.
    package static let qualityRange = 1...100

    /// The quality of JPEG, as libjpeg counts it. From 90 on the colour is stored at full size, below at half the width and
    /// half the height, as cameras do.
    package let jpegQuality: Int

    /// The quality of WebP, as libwebp counts it.
    package let webpQuality: Int

    /// The quality of AVIF, from libavif's quantizers.
    package let avifQuality: Int

    /// Whether a JPEG comes coarse first, then finer.
    package let isProgressive: Bool

    /// What time may be spent on fewer bytes.
    private(set) var effort: Effort

    enum Effort: Equatable, Sendable {
        /// For what is stored, and read many times.
        case usual

        /// For masters: the least in JPEG and PNG that loses nothing.
        case little

        /// For large pictures that are made for one request. `isDrawn`: of few colours, with sharp edges.
        case least(isDrawn: Bool)

        var isLeast: Bool {
            if case .least = self { true } else { false }
        }
    }

    /// The largest side whose pictures are worth the usual effort in every request.
    private static let usualSide = 512

    /// What shows through the transparent parts of a picture in JPEG, which has no alpha.
    package let background: RGBColour

    /// A quality that cannot be is brought to the nearest that can.
    package init(
        jpegQuality: Int = 80,
        webpQuality: Int = 80,
        avifQuality: Int = 60,
        isProgressive: Bool = false,
        background: RGBColour = .white
    ) {
        self.init(
            jpegQuality: jpegQuality,
            webpQuality: webpQuality,
            avifQuality: avifQuality,
            isProgressive: isProgressive,
            background: background,
            effort: .usual
        )
    }

    init(
        jpegQuality: Int,
        webpQuality: Int,
        avifQuality: Int,
        isProgressive: Bool,
        background: RGBColour,
        effort: Effort
    ) {
        self.jpegQuality = jpegQuality.clamped(to: Self.qualityRange)
        self.webpQuality = webpQuality.clamped(to: Self.qualityRange)
        self.avifQuality = avifQuality.clamped(to: Self.qualityRange)
        self.isProgressive = isProgressive
        self.background = background
        self.effort = effort
    }

    /// The same with one quality for every format that has one.
    func withQuality(_ quality: Int) -> ImageEncoding {
        ImageEncoding(
            jpegQuality: quality,
            webpQuality: quality,
            avifQuality: quality,
            isProgressive: isProgressive,
            background: background
        )
    }

    /// The same for a picture that is made for one request, and needs no credential: above 512 every encoder takes its cheapest
    /// settings, for the time that a picture takes grows with its area.
    package func forRequest(side: Int, isDrawn: Bool = false) -> ImageEncoding {
        guard side > Self.usualSide else { return self }
        var encoding = self
        encoding.effort = .least(isDrawn: isDrawn)
        return encoding
    }

    /// Masters keep nearly all: what is made of one must not show that it is a second generation. They are written with
    /// every upload, and read by portraitd alone.
    static let master = {
        var encoding = ImageEncoding(jpegQuality: 92)
        encoding.effort = .little
        return encoding
    }()
}
