import Imaging

extension Font {
    /// `text` in about the size `em`; nil when the font lacks a part of it, or cannot join the parts.
    func lettering(_ text: String, em: Double) throws(ImageError) -> Lettering? {
        guard let first = text.unicodeScalars.first, contains(first) else { return nil }
        let clusters = Cluster.all(in: text)
        guard clusters.count == 1, clusters[0].isPicture else {
            // A font of pictures has digits for its keycaps, which are not meant to be seen.
            guard isScalable else { return nil }
            return try needsShaping(text) ? shaped(text, em: em) : drawn(text, em: em)
        }
        // Variation selector 15 asks for the colour of letters.
        guard isScalable || !clusters[0].scalars.contains("\u{FE0E}") else { return nil }
        return try needsShaping(text) ? picture(text, em: em) : drawn(text, em: em)
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

    /// Letters, syllables or pairs of them. Two glyphs in one place, and letters too small to read under a tower of marks,
    /// are left to the next candidate.
    private func shaped(_ text: String, em: Double) throws(ImageError) -> Lettering? {
        guard let size = setSize(em: em), let glyphs = glyphs(of: text), !Glyph.overlap(glyphs),
            let canvas = try Glyph.canvas(of: glyphs), let lettering = Lettering(canvas, em: size)
        else { return nil }
        return glyphs.count == 1 || lettering.reach <= Self.maxReach * size ? lettering : nil
    }

    /// One symbol in one glyph: a sequence that the font has no glyph for comes as several.
    private func picture(_ text: String, em: Double) throws(ImageError) -> Lettering? {
        guard let size = setSize(em: em), let glyphs = glyphs(of: text), glyphs.count(where: \.hasInk) == 1,
            let canvas = try Glyph.canvas(of: glyphs)
        else { return nil }
        return Lettering(canvas, em: size)
    }

    /// How far letters of several glyphs may reach from their centre, in ems: a disc shows them at half the size of one.
    private static let maxReach = 1.4
}
