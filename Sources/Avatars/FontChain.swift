import Glibc
import Imaging
import Synchronization

/// The fonts for letters in order of preference; the first font that has the letters draws them.
package final class FontChain: Sendable {
    /// Debian's fonts in order of preference: a bold sans serif for every script that has one, colour emoji, and DejaVu
    /// for systems without Noto.
    package static let debian = [
        "/usr/share/fonts/truetype/noto/NotoSans-Bold.ttf",
        "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf",
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
        "/usr/share/fonts/truetype/noto/NotoSans*-Bold.ttf",
        "/usr/share/fonts/truetype/noto/NotoSerif*-Bold.ttf",
        "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf",
        "/usr/share/fonts/truetype/noto/NotoSans*-Regular.ttf",
        "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    ]

    // Two threads must not use an FT_Library or libgd's font cache at the same time.
    private let fonts: Mutex<OpenFonts>

    /// - Parameter patterns: paths or glob(3) patterns, most preferred first; missing files are skipped.
    package init(_ patterns: [String] = debian) {
        fonts = Mutex(OpenFonts(paths: patterns.flatMap(Glob.files)))
    }

    /// Draws the first of `candidates` that a font can draw, at a size of about `em` pixels; nil if none can.
    func lettering(_ candidates: [String], em: Double) throws(ImageError) -> Lettering? {
        try fonts.withLock { fonts throws(ImageError) in
            for text in candidates {
                let lettering = try fonts.first { font throws(ImageError) in try font.lettering(text, em: em) }
                if let lettering { return lettering }
            }
            return nil
        }
    }
}

/// Font files that are opened on demand: a file is opened only if no earlier font gives a result.
struct OpenFonts: ~Copyable {
    private let library = FontLibrary()
    private var unopened: ArraySlice<String>
    private var fonts: [Font] = []

    init(paths: [String]) {
        unopened = paths[...]
    }

    /// Returns the first result of `draw` that is not nil, font by font.
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

/// glob(3): file names by pattern, in alphabetical order.
package enum Glob {
    /// Returns the matching files; empty if there are none or glob(3) fails.
    package static func files(matching pattern: String) -> [String] {
        var found = unsafe glob_t()
        defer { unsafe globfree(&found) }
        guard unsafe glob(pattern, 0, nil, &found) == 0 else { return [] }
        return unsafe (0..<Int(found.gl_pathc)).compactMap { index in
            unsafe found.gl_pathv[index].map { unsafe String(cString: $0) }
        }
    }
}
