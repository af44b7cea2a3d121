/// The encoder settings for each format. PNG has none, because it is lossless.
package struct ImageEncoding: Equatable, Sendable {
    /// The allowed qualities.
    package static let qualityRange = 1...100

    /// The quality of JPEG on libjpeg's scale. From 90 on, chroma has full resolution; below 90 it has half the width
    /// and half the height, as in cameras.
    package let jpegQuality: Int

    /// The quality of WebP on libwebp's scale.
    package let webpQuality: Int

    /// The quality of AVIF, mapped linearly to libavif's quantizers.
    package let avifQuality: Int

    /// Whether JPEGs are progressive: coarse first, then finer.
    package let isProgressive: Bool

    /// The time that the encoder may spend to save bytes.
    private(set) var effort: Effort

    enum Effort: Equatable, Sendable {
        /// For stored pictures, which are read many times.
        case usual

        /// For masters: the least effort that loses nothing, in JPEG and PNG.
        case little

        /// For large pictures that are made for one request. `isDrawn` means few colours and sharp edges.
        case least(isDrawn: Bool)

        var isLeast: Bool {
            if case .least = self { true } else { false }
        }
    }

    /// The largest side that gets the usual effort in a request.
    private static let usualSide = 512

    /// The colour behind the transparent parts of a picture in JPEG, which has no alpha.
    package let background: RGBColour

    /// Clamps each quality to `qualityRange`.
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

    /// The same settings with one quality for all formats.
    func withQuality(_ quality: Int) -> ImageEncoding {
        ImageEncoding(
            jpegQuality: quality,
            webpQuality: quality,
            avifQuality: quality,
            isProgressive: isProgressive,
            background: background
        )
    }

    /// The same settings for a picture that is made for one request without a credential. Above 512 every encoder uses
    /// its cheapest settings, because the time grows with the area.
    package func forRequest(side: Int, isDrawn: Bool = false) -> ImageEncoding {
        guard side > Self.usualSide else { return self }
        var encoding = self
        encoding.effort = .least(isDrawn: isDrawn)
        return encoding
    }

    /// The settings of masters. The quality is high, so that variants, which are made from the master, show no second
    /// loss. Every upload writes a master, and only portraitd reads it.
    static let master = {
        var encoding = ImageEncoding(jpegQuality: 92)
        encoding.effort = .little
        return encoding
    }()
}

/// An opaque colour in sRGB.
package struct RGBColour: Equatable, Sendable {
    package static let white = RGBColour(red: 255, green: 255, blue: 255)

    package let red: UInt8
    package let green: UInt8
    package let blue: UInt8

    package init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// `#rrggbb`, which `init(hexadecimal:)` reads.
    package var hexadecimal: String {
        let value = UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)
        let digits = String(value, radix: 16)
        return "#" + String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// Reads `#rrggbb` (CSS Color §5.2).
    package init?(hexadecimal text: String) {
        let digits = text.utf8.dropFirst()
        guard text.utf8.first == UInt8(ascii: "#"), digits.count == 6, digits.first != UInt8(ascii: "+"),
            digits.first != UInt8(ascii: "-"), let value = UInt32(text.dropFirst(), radix: 16)
        else { return nil }
        self.init(
            red: UInt8(truncatingIfNeeded: value >> 16),
            green: UInt8(truncatingIfNeeded: value >> 8),
            blue: UInt8(truncatingIfNeeded: value)
        )
    }
}
