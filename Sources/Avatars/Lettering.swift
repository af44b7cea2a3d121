import Imaging

/// Letters on nothing, drawn large, for a picture to take in the size that fits it.
struct Lettering {
    /// A square that holds the letters, their centre in its own.
    let bitmap: Bitmap

    /// How far from the centre the letters may reach, in pixels.
    let reach: Double

    /// How many pixels of `bitmap` an em is.
    let em: Double

    /// Nil when there is no ink in `canvas`.
    init?(_ canvas: Bitmap, em: Double) {
        guard let ink = Ink(canvas) else { return nil }
        let (x, y) = (ink.centre.x, ink.centre.y)
        let (across, down) = (ink.bounds.columns.distance(from: x), ink.bounds.rows.distance(from: y))
        let half = Int(max(across, down).rounded(.up))
        let (left, top) = (Int(x.rounded()) - half, Int(y.rounded()) - half)
        bitmap = Bitmap(side: 2 * half) { x, y in
            let (column, row) = (left + x, top + y)
            guard 0..<canvas.width ~= column, 0..<canvas.height ~= row else { return .clear }
            return canvas.pixels[row * canvas.width + column]
        }
        reach = (across * across + down * down).squareRoot()
        self.em = em
    }
}

extension Range<Int> {
    /// How far the farther end is from `place`.
    fileprivate func distance(from place: Double) -> Double {
        Swift.max(place - Double(lowerBound), Double(upperBound) - place)
    }
}
