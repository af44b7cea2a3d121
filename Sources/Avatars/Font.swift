import CFonts
import CGD
import Imaging

/// An open font file.
@safe final class Font {
    /// The path of the file; libgd opens the file a second time.
    let path: String

    private let library: FontLibrary
    private let face: FT_Face
    private let shaper: OpaquePointer

    /// Nil if the file is not a font.
    init?(path: String, in library: FontLibrary) {
        var face: FT_Face?
        guard unsafe FT_New_Face(library.handle, path, 0, &face) == 0, let face = unsafe face else { return nil }
        self.path = path
        self.library = library
        unsafe self.face = face
        unsafe shaper = hb_ft_font_create_referenced(face)
    }

    deinit {
        unsafe hb_font_destroy(shaper)
        unsafe FT_Done_Face(face)
    }

    /// Whether the font has outlines, which libgd needs; a colour emoji font has bitmaps of one size instead.
    var isScalable: Bool { unsafe face.pointee.face_flags & FT_Long(FT_FACE_FLAG_SCALABLE) != 0 }

    /// Whether the font has a glyph for the character; it shows every other character as the same empty box.
    func contains(_ scalar: Unicode.Scalar) -> Bool {
        unsafe FT_Get_Char_Index(face, FT_ULong(scalar.value)) != 0
    }

    /// Sets the font size to `em` pixels, or to the size of its bitmaps.
    /// - Returns: the size in pixels; nil if FreeType fails.
    func setSize(em: Double) -> Double? {
        guard isScalable else {
            guard unsafe FT_Select_Size(face, 0) == 0 else { return nil }
            unsafe hb_ft_font_changed(shaper)
            return unsafe Double(face.pointee.size.pointee.metrics.y_ppem)
        }
        guard unsafe FT_Set_Char_Size(face, 0, FT_F26Dot6(em * 64), 72, 72) == 0 else { return nil }
        unsafe hb_ft_font_changed(shaper)
        return em
    }

    /// Returns the positioned glyphs of `text`; nil if a glyph is missing or is a placeholder.
    func glyphs(of text: String) -> [Glyph]? {
        guard let run = shape(text), !isPlaceholder(run, for: text) else { return nil }
        var glyphs: [Glyph] = []
        for place in run {
            guard let glyph = glyph(place.index) else { return nil }
            glyphs.append(glyph.moved(x: place.x, y: place.y))
        }
        return glyphs
    }

    /// The index of a glyph and the position of its origin in pixels; x grows to the right, y downwards.
    private struct Place {
        let index: UInt32
        let x: Int
        let y: Int
    }

    private func shape(_ text: String) -> [Place]? {
        guard let buffer = unsafe hb_buffer_create() else { return nil }
        defer { unsafe hb_buffer_destroy(buffer) }
        unsafe hb_buffer_add_utf8(buffer, text, -1, 0, -1)
        unsafe hb_buffer_guess_segment_properties(buffer)
        unsafe hb_shape(shaper, buffer, nil, 0)
        var count: UInt32 = 0
        guard let infos = unsafe hb_buffer_get_glyph_infos(buffer, &count),
            let positions = unsafe hb_buffer_get_glyph_positions(buffer, &count)
        else { return nil }
        var (run, pen): ([Place], (x: Int32, y: Int32)) = ([], (0, 0))
        for index in 0..<Int(count) {
            let position = unsafe positions[index]
            let (x, y) = (pen.x + position.x_offset, pen.y + position.y_offset)
            run.append(Place(index: unsafe infos[index].codepoint, x: Int(x) / 64, y: -Int(y) / 64))
            pen = (pen.x + position.x_advance, pen.y + position.y_advance)
        }
        return run
    }

    /// Whether HarfBuzz inserted a dotted circle for a missing letter, or the font shows its flag for unknown regions.
    /// The CLDR code ZZ means "unknown region", so the flag of ZZ is that placeholder.
    private func isPlaceholder(_ run: [Place], for text: String) -> Bool {
        let circle: Unicode.Scalar = "\u{25CC}"
        let glyph = unsafe FT_Get_Char_Index(face, FT_ULong(circle.value))
        if glyph != 0, run.contains(where: { $0.index == glyph }), !text.unicodeScalars.contains(circle) { return true }
        guard !isScalable, let unknown = shape("\u{1F1FF}\u{1F1FF}") else { return false }
        return run.map(\.index) == unknown.map(\.index)
    }

    /// Loads and renders one glyph; nil for glyph 0, the box for missing characters, or if FreeType fails.
    private func glyph(_ index: UInt32) -> Glyph? {
        let mode = isScalable ? portraitd_ft_load_outline : portraitd_ft_load_colour
        guard index != 0, unsafe FT_Load_Glyph(face, index, mode) == 0 else { return nil }
        return unsafe Glyph(face.pointee.glyph.pointee)
    }
}

extension Font {
    /// Draws `text` at a size of about `em` pixels; nil if the font lacks a part of it or cannot join the parts.
    func lettering(_ text: String, em: Double) throws(ImageError) -> Lettering? {
        guard let first = text.unicodeScalars.first, contains(first) else { return nil }
        let clusters = Cluster.all(in: text)
        guard clusters.count == 1, clusters[0].isPicture else {
            // An emoji font has digits only as parts of keycaps.
            guard isScalable else { return nil }
            return try needsShaping(text) ? shaped(text, em: em) : drawn(text, em: em)
        }
        // Variation selector 15 asks for text style, without colours.
        guard isScalable || !clusters[0].scalars.contains("\u{FE0E}") else { return nil }
        return try needsShaping(text) ? picture(text, em: em) : drawn(text, em: em)
    }

    /// Whether the text needs HarfBuzz. libgd does not apply the font's rules for joining and reordering; it draws
    /// neither bitmap fonts nor characters beyond the Basic Multilingual Plane.
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

    /// Draws letters, syllables or pairs of them with HarfBuzz. Returns nil, and the next candidate is tried, if two
    /// glyphs overlap or if a tall stack of marks would make the letters too small to read.
    private func shaped(_ text: String, em: Double) throws(ImageError) -> Lettering? {
        guard let size = setSize(em: em), let glyphs = glyphs(of: text), !Glyph.overlap(glyphs),
            let canvas = try Glyph.canvas(of: glyphs), let lettering = Lettering(canvas, em: size)
        else { return nil }
        return glyphs.count == 1 || lettering.reach <= Self.maxReach * size ? lettering : nil
    }

    /// Draws one symbol; nil if the font has no single glyph for its sequence.
    private func picture(_ text: String, em: Double) throws(ImageError) -> Lettering? {
        guard let size = setSize(em: em), let glyphs = glyphs(of: text), glyphs.count(where: \.hasInk) == 1,
            let canvas = try Glyph.canvas(of: glyphs)
        else { return nil }
        return Lettering(canvas, em: size)
    }

    /// The largest reach of several glyphs from their centre, in ems: with this reach a disc shows letters at half the
    /// size of a single letter.
    private static let maxReach = 1.4
}

extension GDImage {
    /// Draws white letters on a transparent canvas with libgd; nil if libgd fails.
    ///
    /// libgd draws one glyph per character, side by side: Debian builds it without a shaping engine. It reads a
    /// character beyond the Basic Multilingual Plane as four characters.
    static func letters(_ text: String, font path: String, em: Double) throws(ImageError) -> GDImage? {
        // libgd takes the size in points and renders at 96 dpi.
        let points = em * 72 / 96
        guard let box = box(text, path, points) else { return nil }
        // Letters may extend beyond their advance width.
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

    /// Returns the bounding box of the letters, relative to the origin.
    private static func box(_ text: String, _ path: String, _ points: Double) -> PixelRect? {
        // gdImageStringFT returns the corners lower left, lower right, upper right, upper left.
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

/// An FT_Library; it must outlive the fonts that are opened with it.
@safe final class FontLibrary {
    let handle: FT_Library

    init?() {
        var handle: FT_Library?
        guard unsafe FT_Init_FreeType(&handle) == 0, let handle = unsafe handle else { return nil }
        unsafe self.handle = handle
    }

    deinit { unsafe FT_Done_FreeType(handle) }
}
