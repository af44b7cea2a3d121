import Imaging

extension SettingsReader {
    /// What is made of every picture.
    mutating func output() -> ImageOutput {
        let standard = ImageOutput()
        return ImageOutput(
            sides: integers("PORTRAITD_SIDES", in: ImageOutput.sideRange, default: standard.sides),
            formats: choices("PORTRAITD_FORMATS", of: ImageOutput.formats, default: standard.formats),
            encoding: encoding(default: standard.encoding)
        )
    }

    private mutating func encoding(default standard: ImageEncoding) -> ImageEncoding {
        let qualities = ImageEncoding.qualityRange
        return ImageEncoding(
            jpegQuality: integer("PORTRAITD_JPEG_QUALITY", in: qualities, default: standard.jpegQuality),
            webpQuality: integer("PORTRAITD_WEBP_QUALITY", in: qualities, default: standard.webpQuality),
            avifQuality: integer("PORTRAITD_AVIF_QUALITY", in: qualities, default: standard.avifQuality),
            isProgressive: boolean("PORTRAITD_JPEG_PROGRESSIVE", default: standard.isProgressive),
            background: colour("PORTRAITD_BACKGROUND", default: standard.background)
        )
    }

    private mutating func colour(_ key: String, default fallback: RGBColour) -> RGBColour {
        guard let text = text(key, default: fallback.hexadecimal) else { return fallback }
        if let colour = RGBColour(hexadecimal: text) { return colour }
        addFault(key, "a colour like #ffffff")
        return fallback
    }
}
