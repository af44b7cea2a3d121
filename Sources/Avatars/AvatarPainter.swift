package import Imaging

/// Draws default pictures, the same of the same.
package struct AvatarPainter: Sendable {
    private let fonts: FontChain
    private let memory: MemoryBudget

    /// All work shares `memory`, with that of other pictures.
    package init(fonts: FontChain = FontChain(), memory: MemoryBudget = MemoryBudget()) {
        self.fonts = fonts
        self.memory = memory
    }

    /// A default picture as a file.
    /// - Parameters:
    ///   - initials: other styles do not show them.
    ///   - seed: what tells its user from others.
    ///   - side: one of `ImageOutput.sideRange`.
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

    /// Somebody whose name gives no letters, or whose letters no font has, is a silhouette on the same disc.
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
