import Imaging

/// Font files, each opened when none before it has what is looked for.
struct OpenFonts: ~Copyable {
    private let library = FontLibrary()
    private var unopened: ArraySlice<String>
    private var fonts: [Font] = []

    init(paths: [String]) {
        unopened = paths[...]
    }

    /// The first result that a font gives.
    mutating func first<Result>(
        where draw: (Font) throws(ImageError) -> Result?
    ) throws(ImageError) -> Result? {
        for font in fonts {
            if let result = try draw(font) { return result }
        }
        while let font = openNext() {
            if let result = try draw(font) { return result }
        }
        return nil
    }

    private mutating func openNext() -> Font? {
        guard let library else { return nil }
        while let path = unopened.popFirst() {
            guard let font = Font(path: path, in: library) else { continue }
            fonts.append(font)
            return font
        }
        return nil
    }
}
