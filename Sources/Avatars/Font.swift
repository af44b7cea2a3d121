import CFonts
import Imaging

/// One font file, open.
@safe final class Font {
    /// The file, as libgd wants it, which opens it once more.
    let path: String

    private let library: FontLibrary
    private let face: FT_Face
    private let shaper: OpaquePointer

    /// Returns nil for a file that is no font.
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

    /// Whether there are outlines, which libgd needs; a font of coloured emoji has pictures of one size instead.
    var isScalable: Bool { unsafe face.pointee.face_flags & FT_Long(FT_FACE_FLAG_SCALABLE) != 0 }

    /// Whether the font has a glyph for the character. Whatever it has none for it shows as the same empty box.
    func contains(_ scalar: Unicode.Scalar) -> Bool {
        unsafe FT_Get_Char_Index(face, FT_ULong(scalar.value)) != 0
    }

    /// Makes the font `em` pixels large, or as large as its pictures are.
    /// - Returns: how large it is then.
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

    /// The glyphs that show `text`, each where it belongs; nil when one is missing, or only holds the place of one.
    func glyphs(of text: String) -> [Glyph]? {
        guard let run = shape(text), !isPlaceholder(run, for: text) else { return nil }
        var glyphs: [Glyph] = []
        for place in run {
            guard let glyph = glyph(place.index) else { return nil }
            glyphs.append(glyph.moved(x: place.x, y: place.y))
        }
        return glyphs
    }

    /// A glyph of this font, and where its origin goes: downwards, and to the right.
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

    /// Whether HarfBuzz put a dotted circle where a letter is missing, or the font shows the same flag for every region that
    /// it does not know. ZZ is none: it stands for an unknown one in the CLDR.
    private func isPlaceholder(_ run: [Place], for text: String) -> Bool {
        let circle: Unicode.Scalar = "\u{25CC}"
        let glyph = unsafe FT_Get_Char_Index(face, FT_ULong(circle.value))
        if glyph != 0, run.contains(where: { $0.index == glyph }), !text.unicodeScalars.contains(circle) { return true }
        guard !isScalable, let unknown = shape("\u{1F1FF}\u{1F1FF}") else { return false }
        return run.map(\.index) == unknown.map(\.index)
    }

    /// One glyph with its own origin; nil when it is the box for what is missing.
    private func glyph(_ index: UInt32) -> Glyph? {
        let mode = isScalable ? portraitd_ft_load_outline : portraitd_ft_load_colour
        guard index != 0, unsafe FT_Load_Glyph(face, index, mode) == 0 else { return nil }
        return unsafe Glyph(face.pointee.glyph.pointee)
    }
}
