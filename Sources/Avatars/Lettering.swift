import Imaging

/// Letters on nothing, drawn large, for a picture to take in the size that fits it.
struct Lettering {
    /// Of the square that holds the letters, their centre in its own.
    let side: Int

    /// Those of the square, row after row.
    let pixels: [Pixel]

    /// How far from the centre the letters may reach, in pixels.
    let reach: Double

    /// How many pixels of `bitmap` an em is.
    let em: Double

    /// Nil when there is no ink in `canvas`.
    init?(_ canvas: borrowing GDImage, em: Double) {
        guard let ink = Ink(canvas) else { return nil }
        let (x, y) = (ink.centre.x, ink.centre.y)
        let (across, down) = (ink.bounds.columns.distance(from: x), ink.bounds.rows.distance(from: y))
        let half = Int(max(across, down).rounded(.up))
        let (left, top) = (Int(x.rounded()) - half, Int(y.rounded()) - half)
        side = 2 * half
        var pixels = [Pixel](repeating: .clear, count: side * side)
        for row in ink.bounds.rows {
            let (line, start) = (canvas.pixels(ofRow: row), (row - top) * side - left)
            for column in ink.bounds.columns { pixels[start + column] = line[column] }
        }
        self.pixels = pixels
        reach = (across * across + down * down).squareRoot()
        self.em = em
    }

    /// The letters in a square of this side.
    func image(side: Int) throws(ImageError) -> GDImage {
        try GDImage(resampling: pixels, side: self.side, to: side)
    }
}

extension Range<Int> {
    /// How far the farther end is from `place`.
    fileprivate func distance(from place: Double) -> Double {
        Swift.max(place - Double(lowerBound), Double(upperBound) - place)
    }
}
