import Imaging
import Synchronization

/// The fonts that letters are drawn with: the first that has them.
package final class FontChain: Sendable {
    /// Debian's, in the order of preference: a bold sans serif for every script that has one, coloured emoji, and DejaVu
    /// where Noto is not installed.
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

    // FreeType is for one thread at a time, as is libgd's cache of fonts.
    private let fonts: Mutex<OpenFonts>

    /// - Parameter patterns: files, or patterns of them as the shell knows them, the most preferred first. What is not
    ///   there is passed over.
    package init(_ patterns: [String] = debian) {
        fonts = Mutex(OpenFonts(paths: patterns.flatMap(Glob.files)))
    }

    /// The first of `candidates` that a font can draw, in about the size `em`; nil when none can.
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
