import Imaging

/// White letters on a coloured disc that fills the square.
struct InitialsDisc: AvatarDrawing {
    let colour: RGBColour
    let lettering: Lettering

    /// The em size of the letters, as a fraction of the side.
    private static let em = 0.5

    /// The largest distance of ink from the centre, as a fraction of the side; wide pairs are scaled down to it.
    private static let reach = 0.35

    func image(side: Int) throws(ImageError) -> GDImage {
        var disc = try GDImage(side: side) { y in
            Disc.whole.coverage(row: y, side: side).map { Pixel(colour, alpha: $0) }
        }
        disc.draw(try lettering.image(side: letteringSide(side)))
        return disc
    }

    /// Returns a number with the parity of `side`, so that both squares have the same centre.
    private func letteringSide(_ side: Int) -> Int {
        let scale = Double(side) * min(Self.em / lettering.em, Self.reach / lettering.reach)
        let half = ((Double(lettering.side) * scale - Double(side % 2)) / 2).rounded()
        return max(1, min(side, 2 * Int(half) + side % 2))
    }

    /// Returns the em size, in pixels, at which to render letters for a square of `side` pixels.
    ///
    /// Small letters are rendered up to four times larger than they are shown; scaling down smooths them. `sample` is
    /// the same text rendered small, and gives its reach: a letter that is ten ems wide is shown small, and would take
    /// hundreds of megabytes at the size of other letters.
    static func em(drawnFor side: Int, _ sample: Lettering) -> Double {
        let share = min(em, reach * sample.em / sample.reach)
        let shown = share * Double(side)
        return max(shown, min(4 * shown, 256 * share / em))
    }
}

/// Letters on a transparent square, rendered large; `image(side:)` scales them.
struct Lettering {
    /// The side of the square in pixels. The optical centre of the letters is the centre of the square.
    let side: Int

    /// The pixels of the square, row by row.
    let pixels: [Pixel]

    /// An upper bound for the distance of ink from the centre, in pixels.
    let reach: Double

    /// The em size in pixels.
    let em: Double

    /// Nil if `canvas` is fully transparent.
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

    /// Returns the letters scaled to a square of `side` pixels.
    func image(side: Int) throws(ImageError) -> GDImage {
        try GDImage(resampling: pixels, side: self.side, to: side)
    }
}

extension Range<Int> {
    /// Returns the distance from `place` to the farther end.
    fileprivate func distance(from place: Double) -> Double {
        Swift.max(place - Double(lowerBound), Double(upperBound) - place)
    }
}

/// The bounds and the centre of the pixels that are not transparent.
struct Ink {
    /// The smallest rectangle that contains all ink.
    let bounds: PixelRect

    /// The optical centre: the midpoint between the centre of the bounds and the centre of gravity. With the centre of
    /// the bounds alone, the tail of a `J` would lift the letters beside it.
    let centre: SIMD2<Double>

    /// Nil if every pixel is transparent.
    init?(_ image: borrowing GDImage) {
        var columns = [Int](repeating: 0, count: image.width)
        var rows = [Int](repeating: 0, count: image.height)
        for y in rows.indices {
            for (x, pixel) in image.pixels(ofRow: y).enumerated() {
                columns[x] += Int(pixel.w)
                rows[y] += Int(pixel.w)
            }
        }
        guard let across = Extent(columns), let down = Extent(rows) else { return nil }
        bounds = PixelRect(x: across.first, y: down.first, width: across.length, height: down.length)
        centre = SIMD2(across.centre, down.centre)
    }
}

/// The extent of the ink along one axis.
private struct Extent {
    let first: Int
    let length: Int
    let centre: Double

    init?(_ ink: [Int]) {
        guard let first = ink.firstIndex(where: { $0 > 0 }), let last = ink.lastIndex(where: { $0 > 0 }) else {
            return nil
        }
        self.first = first
        length = last - first + 1
        let gravity = ink.enumerated().reduce(0) { $0 + (Double($1.offset) + 0.5) * Double($1.element) }
        centre = (Double(first + last + 1) / 2 + gravity / Double(ink.reduce(0, +))) / 2
    }
}
