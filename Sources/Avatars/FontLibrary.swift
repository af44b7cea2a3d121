import CFonts

/// FreeType, which fonts belong to.
@safe final class FontLibrary {
    let handle: FT_Library

    init?() {
        var handle: FT_Library?
        guard unsafe FT_Init_FreeType(&handle) == 0, let handle = unsafe handle else { return nil }
        unsafe self.handle = handle
    }

    deinit { unsafe FT_Done_FreeType(handle) }
}
