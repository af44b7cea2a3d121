import Imaging

extension Font {
    /// `text` in about the size `em`; nil when the font lacks a part of it.
    func lettering(_ text: String, em: Double) throws(ImageError) -> Lettering? {
        guard let first = text.unicodeScalars.first, contains(first) else { return nil }
        return try needsShaping(text) ? shaped(text, em: em) : drawn(text, em: em)
    }

    /// Clusters of several characters are joined and reordered by the font's own rules, which libgd does not know. Neither
    /// does it know pictures, nor characters beyond the Basic Multilingual Plane.
    private func needsShaping(_ text: String) -> Bool {
        !isScalable || text.contains { $0.utf16.count > 1 }
    }

    private func drawn(_ text: String, em: Double) throws(ImageError) -> Lettering? {
        guard text.unicodeScalars.allSatisfy(contains), let canvas = try GDImage.letters(text, font: path, em: em)
        else {
            return nil
        }
        return Lettering(canvas, em: em)
    }

    private func shaped(_ text: String, em: Double) throws(ImageError) -> Lettering? {
        guard let size = setSize(em: em), let glyphs = glyphs(of: text), let canvas = try Glyph.canvas(of: glyphs)
        else {
            return nil
        }
        return Lettering(canvas, em: size)
    }
}
