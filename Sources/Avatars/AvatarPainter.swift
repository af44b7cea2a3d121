package import Imaging

/// Draws default pictures; equal arguments give equal pictures.
package struct AvatarPainter: Sendable {
    private let fonts: FontChain
    private let memory: MemoryBudget

    /// All drawing reserves its memory from `memory`, which other image work may share.
    package init(fonts: FontChain = FontChain(), memory: MemoryBudget = MemoryBudget()) {
        self.fonts = fonts
        self.memory = memory
    }

    /// Draws and encodes one default picture.
    /// - Parameters:
    ///   - initials: used by the style `initials` only.
    ///   - seed: derived from the user; it selects colours and patterns.
    ///   - side: in pixels, within `ImageOutput.sideRange`.
    package func picture(
        _ style: AvatarStyle,
        initials: Initials,
        seed: AvatarSeed,
        side: Int,
        format: ImageFormat,
        encoding: ImageEncoding
    ) throws(ImageError) -> ImageVariant {
        let reserved = try memory.reserve(GDImage.memory(side: side, encodingAs: format))
        defer { extendLifetime(reserved) }
        let drawing = try drawing(style, initials: initials, seed: seed, side: side)
        let encoding = encoding.forRequest(side: side, isDrawn: true)
        let bytes = try drawing.image(side: side).encoded(as: format, encoding)
        return ImageVariant(side: side, format: format, bytes: bytes)
    }

    func drawing(
        _ style: AvatarStyle,
        initials: Initials,
        seed: AvatarSeed,
        side: Int
    ) throws(ImageError) -> any AvatarDrawing {
        switch style {
        case .initials: try disc(initials, seed: seed, side: side)
        case .identicon: PixelGrid.identicon(seed)
        case .mysteryPerson: Silhouette.mysteryPerson
        case .retro: PixelGrid.retroFace(seed)
        case .color: PlainColour(seed)
        case .blank: PlainColour.blank
        }
    }

    /// Draws a silhouette on the same disc if the name gives no letters or no font has the letters.
    private func disc(_ initials: Initials, seed: AvatarSeed, side: Int) throws(ImageError) -> any AvatarDrawing {
        var seed = seed
        let colour = seed.nextColour()
        guard let sample = try fonts.lettering(initials.candidates, em: 64),
            let lettering = try fonts.lettering(initials.candidates, em: InitialsDisc.em(drawnFor: side, sample))
        else {
            return Silhouette(figure: .white, background: colour, shape: .whole)
        }
        return InitialsDisc(colour: colour, lettering: lettering)
    }
}

/// The styles of default pictures for users without an image; the raw values are Gravatar's names.
package enum AvatarStyle: String, CaseIterable, Sendable {
    /// One or two letters of the name on a coloured disc.
    case initials

    /// A pattern that differs from user to user.
    case identicon

    /// Grey head and shoulders, the same for every user.
    case mysteryPerson = "mp"

    /// A face of large pixels that differs from user to user.
    case retro

    /// A colour that differs from user to user.
    case color

    /// A transparent picture; in a format without alpha, the background colour.
    case blank

    /// Accepts every style name of Gravatar and Libravatar; nil for any other name. Their other generated figures
    /// (`monsterid`, `wavatar`, …) are drawn as identicons, which distinguish users equally well.
    package init?(name: String) {
        switch name {
        case "mm", "mmng", "mysteryman": self = .mysteryPerson
        case "monsterid", "pagan", "robohash", "wavatar": self = .identicon
        default: self.init(rawValue: name)
        }
    }
}

/// A deterministic sequence of numbers from a text; the same in every process and every release.
package struct AvatarSeed: Sendable {
    private var state: UInt64

    /// - Parameter text: identifies the user. The picture does not reveal it.
    package init(_ text: String) {
        // FNV-1a hashes the text, and SplitMix64 mixes the numbers in `next`. Swift's `Hasher` gives other numbers in
        // each process.
        state = text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// Returns the next number in `0..<bound`.
    mutating func next(below bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return Int(mixed.multipliedFullWidth(by: UInt64(bound)).high)
    }

    mutating func nextColour() -> RGBColour {
        Palette.colours[next(below: Palette.colours.count)]
    }
}

/// The background colours for white letters. Each has a contrast of at least 4.5:1 to white (WCAG 2.2 §1.4.3).
enum Palette {
    static let colours = [
        RGBColour(red: 0xC6, green: 0x28, blue: 0x28),
        RGBColour(red: 0xAD, green: 0x14, blue: 0x57),
        RGBColour(red: 0x8E, green: 0x24, blue: 0xAA),
        RGBColour(red: 0x5E, green: 0x35, blue: 0xB1),
        RGBColour(red: 0x39, green: 0x49, blue: 0xAB),
        RGBColour(red: 0x15, green: 0x65, blue: 0xC0),
        RGBColour(red: 0x02, green: 0x6C, blue: 0xA8),
        RGBColour(red: 0x00, green: 0x72, blue: 0x7F),
        RGBColour(red: 0x00, green: 0x79, blue: 0x6B),
        RGBColour(red: 0x2E, green: 0x7D, blue: 0x32),
        RGBColour(red: 0x55, green: 0x76, blue: 0x1C),
        RGBColour(red: 0x8A, green: 0x6A, blue: 0x00),
        RGBColour(red: 0xB4, green: 0x53, blue: 0x09),
        RGBColour(red: 0xBF, green: 0x36, blue: 0x0C),
        RGBColour(red: 0x6D, green: 0x4C, blue: 0x41),
        RGBColour(red: 0x54, green: 0x6E, blue: 0x7A),
    ]
}
