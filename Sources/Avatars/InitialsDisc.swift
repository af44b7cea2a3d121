import Imaging

/// White letters on a coloured disc that fills the square.
struct InitialsDisc: AvatarDrawing {
    let colour: RGBColour
    let lettering: Lettering

    /// An em of one letter, in sides of the square.
    private static let em = 0.5

    /// How far from the centre letters may reach, in sides: wide pairs are made smaller.
    private static let reach = 0.35

    func image(side: Int) throws(ImageError) -> GDImage {
        var disc = try GDImage(side: side) { y in
            Disc.whole.coverage(row: y, side: side).map { Pixel(colour, alpha: $0) }
        }
        disc.draw(try lettering.image(side: letteringSide(side)))
        return disc
    }

    /// Of the disc's own parity, so that both have the same centre.
    private func letteringSide(_ side: Int) -> Int {
        let scale = Double(side) * min(Self.em / lettering.em, Self.reach / lettering.reach)
        let half = ((Double(lettering.side) * scale - Double(side % 2)) / 2).rounded()
        return max(1, min(side, 2 * Int(half) + side % 2))
    }

    /// How large letters are to be drawn for a square of this side: larger than they will be shown, which smooths small
    /// ones, and never smaller. `sample` is the same letters small: one that is ten ems wide is shown small, and would take
    /// hundreds of megabytes in the size of others.
    static func em(drawnFor side: Int, _ sample: Lettering) -> Double {
        let share = min(em, reach * sample.em / sample.reach)
        let shown = share * Double(side)
        return max(shown, min(4 * shown, 256 * share / em))
    }
}
